import { parseSync } from '@swc/core'

/** A node of the syntax tree, read without trusting more of its shape than every node has. */
export interface SyntaxNode {
  readonly type: string
  /** First byte and the byte after the last one, counted from 1, as swc counts. */
  readonly span?: { readonly start: number; readonly end: number }
  readonly [field: string]: unknown
}

export interface Comment {
  readonly line: number
  readonly text: string
}

/** The syntax tree of TypeScript, with JSX where the file name says so. Throws when the code does not parse. */
export function parse(code: string, file = 'snippet.ts'): SyntaxNode {
  const tree: unknown = parseSync(code, { syntax: 'typescript', tsx: /\.[jt]sx$/.test(file), target: 'esnext' })
  if (!isNode(tree)) throw new Error(`swc answered with no tree for ${file}`)
  return tree
}

/** The nodes directly below a node, in the order of the text. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  return Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value.flatMap(unwrap) : unwrap(value)))
    .filter(isNode)
}

/** A node and everything below it. */
export function* nodesOf(node: SyntaxNode): Generator<SyntaxNode> {
  yield node
  for (const child of childrenOf(node)) yield* nodesOf(child)
}

/** Line of a node in its file, from 1. */
export function lineOf(code: string, node: SyntaxNode): number {
  const before = Buffer.from(code).subarray(0, (node.span?.start ?? 1) - 1)
  return before.toString().split('\n').length
}

/** The field of a node when it is a node itself. */
export function nodeAt(node: SyntaxNode | undefined, field: string): SyntaxNode | undefined {
  const value = node?.[field]
  return isNode(value) ? value : undefined
}

/** The field of a node when it is text. */
export function textAt(node: SyntaxNode | undefined, field: string): string | undefined {
  const value = node?.[field]
  return typeof value === 'string' ? value : undefined
}

/** Comments of a file: what looks like one outside strings, templates, regular expressions and the text of JSX. */
export function commentsOf(code: string, file: string): Comment[] {
  const bytes = Buffer.from(code)
  for (const node of nodesOf(parse(code, file))) {
    if (literalTypes.has(node.type) && node.span) blank(bytes, node.span.start - 1, node.span.end - 1)
  }
  const bare = bytes.toString()
  return [...bare.matchAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g)].map((match) => ({
    line: bare.slice(0, match.index).split('\n').length,
    text: match[0],
  }))
}

const literalTypes = new Set(['StringLiteral', 'TemplateElement', 'RegExpLiteral', 'JSXText'])

/** Keeps line breaks, so that the lines of what follows stay true. */
function blank(bytes: Buffer, start: number, end: number): void {
  for (let at = start; at < end; at++) if (bytes[at] !== 0x0a) bytes[at] = 0x20
}

/** Call arguments and array elements come wrapped as `{ spread, expression }`. */
function unwrap(value: unknown): unknown[] {
  if (isNode(value) || typeof value !== 'object' || value === null) return [value]
  return Object.values(value)
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
