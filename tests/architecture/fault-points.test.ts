import { expect, test } from 'vitest'
import { faultPoints } from '#lib/fault-points.ts'
import { codeIn, readSource } from './source-files.ts'
import { nodeAt, nodesOf, parse, textAt } from './syntax.ts'

/** Names of the points a file may end at: `faultPoint('after-relay-claim')`. */
function pointsIn(file: string): string[] {
  return [...nodesOf(parse(readSource(file), file))].flatMap((node) => {
    if (node.type !== 'CallExpression' || textAt(nodeAt(node, 'callee'), 'value') !== 'faultPoint') return []
    const literal = [...nodesOf(node)].find(({ type }) => type === 'StringLiteral')
    return [textAt(literal, 'value') ?? '']
  })
}

const product = codeIn('app', 'lib', 'workers').filter((file) => !/\.test\.tsx?$/.test(file))

test('every point at which a process may be ended stands in the product, and every one that stands there has a name', () => {
  expect([...new Set(product.flatMap(pointsIn))].toSorted()).toEqual([...faultPoints].toSorted())
})

test('the long suite ends workers at each of them', () => {
  expect(readSource('tests/long/jobs-faults.test.ts')).toContain('it.each(faultPoints)')
})

test('no test kind of job or stream is known to the product', () => {
  expect(product.filter((file) => readSource(file).includes('test-kinds'))).toEqual([])
})
