import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { allCode, readSource, root } from './source-files.ts'
import { nodeAt, nodesOf, parse, textAt } from './syntax.ts'

const manifest = z.object({ imports: z.record(z.string(), z.string()) })

/** What a file asks for: the sources of its imports, its re-exports and its dynamic imports. */
function specifiersOf(code: string, file: string): string[] {
  return [...nodesOf(parse(code, file))].flatMap((node) => {
    const source = textAt(nodeAt(node, 'source'), 'value')
    if (source !== undefined) return [source]
    if (node.type !== 'CallExpression' || nodeAt(node, 'callee')?.type !== 'Import') return []
    const target = [...nodesOf(node)].find(({ type }) => type === 'StringLiteral')
    return textAt(target, 'value') ?? []
  })
}

const climbs = (specifier: string) => specifier.startsWith('../..')
const hasNoEnding = (specifier: string) => /^[.#]/.test(specifier) && !/\.[a-z]+(?:\?\w+)?$/.test(specifier)

describe('an import', () => {
  test.each([
    "import { a } from '../../a.ts'\n",
    "export { a } from '../../../a.ts'\n",
    "await import('../../a.ts')\n",
  ])('is noticed when it climbs: %j', (code) => {
    expect(specifiersOf(code, 'snippet.ts').filter(climbs)).not.toEqual([])
  })

  test('never climbs more than one folder', () => {
    const found = allCode().flatMap((file) =>
      specifiersOf(readSource(file), file)
        .filter(climbs)
        .map((specifier) => `${file}: ${specifier}`),
    )
    expect(found).toEqual([])
  })

  test('always names its ending, so that plain Node finds the file', () => {
    const found = allCode().flatMap((file) =>
      specifiersOf(readSource(file), file)
        .filter(hasNoEnding)
        .map((specifier) => `${file}: ${specifier}`),
    )
    expect(found).toEqual([])
  })
})

describe('the imports map', () => {
  const { imports } = manifest.parse(JSON.parse(readSource('package.json')))

  test('gives every alias the folder of its own name', () => {
    for (const [alias, target] of Object.entries(imports)) expect(`./${alias.slice(1)}`).toBe(target)
  })

  test('is the only table of aliases', () => {
    const others = readdirSync(root).filter((name) =>
      /^(?:tsconfig.*\.json|vitest\.config\.ts|next\.config\.js)$/.test(name),
    )
    expect(others.length).toBeGreaterThan(0)
    const found = others.filter((name) => /"paths"|\balias\b/.test(readSource(join(name))))
    expect(found).toEqual([])
  })
})
