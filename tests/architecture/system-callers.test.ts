import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { codeIn, readSource } from './source-files.ts'
import type { SyntaxNode } from './syntax.ts'
import { nodeAt, nodesOf, parse, textAt } from './syntax.ts'

/** File to the reason why it must see across tenants. */
const frozen = z
  .record(z.string(), z.string().min(20))
  .parse(JSON.parse(readSource('tests/architecture/system-callers.json')))

const door = /(?:^|\/)db\/system\.ts$/

/** Whether a file takes the door that sees across tenants: by import, by re-export, or by asking for it at run time. */
function opensSystemDoor(code: string, file = 'snippet.ts'): boolean {
  return [...nodesOf(parse(code, file))].some((node) => door.test(sourceOf(node)))
}

function sourceOf(node: SyntaxNode): string {
  if (node.typeOnly === true) return ''
  if (node.type === 'CallExpression' && nodeAt(node, 'callee')?.type === 'Import') {
    return (
      textAt(
        [...nodesOf(node)].find(({ type }) => type === 'StringLiteral'),
        'value',
      ) ?? ''
    )
  }
  return textAt(nodeAt(node, 'source'), 'value') ?? ''
}

describe('the door that sees across tenants', () => {
  test.each([
    "import { withSystem } from '#lib/db/system.ts'\n",
    "import { withSystem as open } from '../db/system.ts'\n",
    "export { withSystem } from '#lib/db/system.ts'\n",
    "const { withSystem } = await import('#lib/db/system.ts')\n",
  ])('is noticed in %j', (code) => {
    expect(opensSystemDoor(code)).toBe(true)
  })

  test('is not the door to one tenant', () => {
    expect(opensSystemDoor("import { withTenant } from '#lib/db/tenant.ts'\n")).toBe(false)
  })

  test('is opened by the files of the frozen list, and by no other', () => {
    const product = codeIn('app', 'lib', 'workers').filter((file) => !/\.test\.tsx?$/.test(file))
    const callers = product.filter((file) => !file.startsWith('lib/db/') && opensSystemDoor(readSource(file), file))
    expect(callers).toEqual(Object.keys(frozen).sort())
  })
})
