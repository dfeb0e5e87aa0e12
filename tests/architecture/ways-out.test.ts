import { describe, expect, test } from 'vitest'
import { allCode, readSource } from './source-files.ts'
import type { SyntaxNode } from './syntax.ts'
import { lineOf, nodeAt, nodesOf, parse, textAt } from './syntax.ts'

/** The linter refuses these by their bare names; this search, when they are taken from the object that holds them. */
const waysOut = new Set([
  'fetch',
  'WebSocket',
  'EventSource',
  'XMLHttpRequest',
  'sendBeacon',
  'getBuiltinModule',
  'binding',
])
const holders = new Set(['globalThis', 'window', 'self', 'global', 'navigator', 'process'])

/** Lines that take a way to the network out of a global object: as a property, by its name in brackets, or by taking it apart. */
function waysOutIn(code: string, file = 'snippet.ts'): number[] {
  return [...nodesOf(parse(code, file))]
    .filter((node) => isTaken(node) || isTakenApart(node))
    .map((node) => lineOf(code, node))
}

function isTaken(node: SyntaxNode): boolean {
  if (node.type !== 'MemberExpression' || !isHolder(nodeAt(node, 'object'))) return false
  const property = nodeAt(node, 'property')
  const name = textAt(property, 'value') ?? textAt(nodeAt(property, 'expression'), 'value') ?? ''
  return waysOut.has(name)
}

function isTakenApart(node: SyntaxNode): boolean {
  if (node.type !== 'VariableDeclarator' || !isHolder(nodeAt(node, 'init'))) return false
  const pattern = nodeAt(node, 'id')
  return pattern !== undefined && [...nodesOf(pattern)].some((one) => waysOut.has(textAt(one, 'value') ?? ''))
}

function isHolder(node: SyntaxNode | undefined): boolean {
  if (node?.type === 'MemberExpression') return isHolder(nodeAt(node, 'object')) && isHolder(nodeAt(node, 'property'))
  return node?.type === 'Identifier' && holders.has(textAt(node, 'value') ?? '')
}

describe('a way out', () => {
  test.each([
    'export const a = globalThis.fetch\n',
    "await globalThis.fetch('https://b')\n",
    "await window['fetch']('https://b')\n",
    "new self.WebSocket('wss://b')\n",
    "globalThis.window.fetch('https://b')\n",
    'const { fetch } = globalThis\n',
    'const { fetch: ask } = globalThis\n',
    "navigator.sendBeacon('https://b')\n",
    "process.getBuiltinModule('node:net')\n",
    "process.binding('tcp_wrap')\n",
  ])('is noticed: %j', (code) => {
    expect(waysOutIn(code)).toEqual([1])
  })

  test.each([
    'query.fetch()\n',
    'globalThis.setTimeout(run, 1)\n',
    "const fetch = 'fetch'\n",
    'const { env } = process\n',
  ])('is not seen in: %j', (code) => {
    expect(waysOutIn(code)).toEqual([])
  })

  test('is taken by nobody but lib/net', () => {
    const isProduct = (file: string) => !/^(lib\/net|tests|scripts|prisma)\/|\.test\.tsx?$/.test(file)
    const files = allCode().filter(isProduct)
    expect(files.length).toBeGreaterThan(200)
    expect(files.flatMap((file) => waysOutIn(readSource(file), file).map((line) => `${file}:${line}`))).toEqual([])
  })
})
