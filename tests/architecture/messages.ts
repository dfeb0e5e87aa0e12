import { basename, extname } from 'node:path'
import { z } from 'zod'
import { filesIn, readSource } from './source-files.ts'

interface MessageTree {
  [key: string]: string | MessageTree
}

const messageTree: z.ZodType<MessageTree> = z.lazy(() => z.record(z.string(), z.union([z.string(), messageTree])))

/** All messages of a language, `namespace.key.key` to text. */
export function messagesOf(locale: string): Map<string, string> {
  const files = filesIn(`lib/i18n/messages/${locale}`).filter((file) => extname(file) === '.json')
  return new Map(
    files.flatMap((file) => {
      const tree = messageTree.parse(JSON.parse(readSource(file)))
      return leavesOf(tree, basename(file, '.json'))
    }),
  )
}

function leavesOf(tree: MessageTree, prefix: string): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] => {
    const path = `${prefix}.${key}`
    return typeof value === 'string' ? [[path, value]] : leavesOf(value, path)
  })
}

/**
 * What a message asks its caller for: the names of its ICU arguments with their kind (`count:plural`), and its tags (`<link>`),
 * sorted and once each. The texts within plural and select branches are read too.
 *
 * @throws Error when the braces do not match
 */
export function argumentsOf(message: string): string[] {
  const names = new Set([...message.matchAll(/<(\w+)>/g)].map(([tag]) => tag))
  for (const { name, kind, branches } of argumentsAt(message)) {
    names.add(kind === '' ? name : `${name}:${kind}`)
    for (const branch of branches) for (const inner of argumentsOf(branch)) names.add(inner)
  }
  return [...names].sort()
}

/** The words of a message without what its caller puts in. */
export function wordsOf(message: string): string {
  const parts = blocksIn(message)
  let words = ''
  let at = 0
  for (const { start, end, inside } of parts) {
    const { branches } = readArgument(inside)
    words += `${message.slice(at, start)} ${branches.map(wordsOf).join(' ')} `
    at = end
  }
  return (words + message.slice(at)).replaceAll(/<\/?\w+>/g, ' ')
}

interface Argument {
  readonly name: string
  readonly kind: string
  readonly branches: readonly string[]
}

function argumentsAt(message: string): Argument[] {
  return blocksIn(message).map(({ inside }) => readArgument(inside))
}

function readArgument(inside: string): Argument {
  const [name = '', kind = '', ...rest] = inside.split(',').map((part) => part.trim())
  const takesBranches = kind === 'plural' || kind === 'select' || kind === 'selectordinal'
  const branches = takesBranches ? blocksIn(rest.join(',')).map((block) => block.inside) : []
  return { name, kind, branches }
}

interface Block {
  readonly start: number
  readonly end: number
  readonly inside: string
}

/** The outermost `{…}` of a text; an apostrophe before a brace quotes it, as ICU has it. */
function blocksIn(text: string): Block[] {
  const blocks: Block[] = []
  let depth = 0
  let start = 0
  const bare = text.replaceAll(/'[{}][^']*'/g, (quoted) => ' '.repeat(quoted.length))
  for (const [at, letter] of [...bare].entries()) {
    if (letter === '{' && depth++ === 0) start = at
    if (letter === '}' && --depth === 0) blocks.push({ start, end: at + 1, inside: bare.slice(start + 1, at) })
    if (depth < 0) throw new Error(`A closing brace too many in: ${text}`)
  }
  if (depth > 0) throw new Error(`A brace is never closed in: ${text}`)
  return blocks
}
