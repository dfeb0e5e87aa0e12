import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { boundaries } from './boundaries.ts'
import { allCode, readSource, root } from './source-files.ts'
import type { SyntaxNode } from './syntax.ts'
import { commentsOf, lineOf, nodeAt, nodesOf, parse, textAt } from './syntax.ts'

const reason = z.string().min(20)
const level = z.union([z.string(), z.strictObject({ level: z.literal('error'), options: z.unknown() })])
const groups = z.record(z.string(), z.record(z.string(), level))
const exceptions = z.array(z.strictObject({ exception: z.string(), reason }))

const overrides = z
  .strictObject({
    linter: z.array(
      z.strictObject({ includes: z.array(z.string()), rules: z.record(z.string(), z.unknown()), reason }),
    ),
    unlinted: z.array(z.strictObject({ path: z.string(), reason })),
    boundaries: exceptions,
    unusedCode: exceptions,
  })
  .parse(JSON.parse(readSource('tests/architecture/overrides.json')))

const biome = z
  .object({
    files: z.strictObject({ includes: z.array(z.string()) }),
    linter: z.strictObject({ rules: z.looseObject({ preset: z.literal('recommended') }) }),
    overrides: z.array(z.strictObject({ includes: z.array(z.string()), linter: z.strictObject({ rules: groups }) })),
  })
  .parse(JSON.parse(readSource('biome.json')))

const paths = z.strictObject({ path: z.array(z.string()) })
const dependencyCruiser = z
  .object({
    forbidden: z.array(z.looseObject({ name: z.string(), severity: z.string() })),
    options: z.looseObject({ doNotFollow: paths, exclude: paths }),
  })
  .parse((await import(join(root, '.dependency-cruiser.mjs'))).default)

const knip = z.record(z.string(), z.unknown()).parse(JSON.parse(readSource('knip.json')))

/** `group/rule` to `off`, or to the options an override gives it. */
function flatten(rules: z.infer<typeof groups>): Record<string, unknown> {
  const flat = Object.entries(rules).flatMap(([group, inGroup]) =>
    Object.entries(inGroup).map(([rule, value]) => [
      `${group}/${rule}`,
      typeof value === 'string' ? value : value.options,
    ]),
  )
  return Object.fromEntries(flat)
}

/** Every exception the boundaries make, read from the table and from the options of dependency-cruiser. */
function boundaryExceptions(): string[] {
  const { rows, packages, files, unitTestsMayRead } = boundaries
  const { doNotFollow, exclude } = dependencyCruiser.options
  return [
    ...rows.filter((row) => row.typesFromAllOfLib).map((row) => `typesFromAllOfLib: ${row.of}`),
    ...rows.filter((row) => row.withoutGround).map((row) => `withoutGround: ${row.of}`),
    ...unitTestsMayRead.map((folder) => `unitTestsMayRead: ${folder}`),
    ...packages.filter((owner) => owner.typesEverywhere).map((owner) => `typesEverywhere: ${owner.names[0]}`),
    ...files.filter((owner) => owner.typesEverywhere).map((owner) => `typesEverywhere: ${owner.folder}`),
    ...doNotFollow.path.map((path) => `doNotFollow: ${path}`),
    ...exclude.path.map((path) => `exclude: ${path}`),
  ]
}

function unusedCodeExceptions(): string[] {
  return Object.entries(knip)
    .filter(([option]) => option.startsWith('ignore') || option === 'exclude' || option === 'rules')
    .flatMap(([option, value]) => {
      if (Array.isArray(value)) return value.map((one) => `${option}: ${one}`)
      return `${option}: ${Object.keys(z.record(z.string(), z.unknown()).parse(value)).join(', ')}`
    })
}

describe('the frozen list of overrides', () => {
  test('holds what the linter is told to overlook, and nothing else', () => {
    const told = biome.overrides.map(({ includes, linter }) => ({ includes, rules: flatten(linter.rules) }))
    expect(told).toEqual(overrides.linter.map(({ includes, rules }) => ({ includes, rules })))
  })

  test('holds every path the linter does not read', () => {
    const unread = biome.files.includes.filter((path) => path.startsWith('!'))
    expect(unread).toEqual(overrides.unlinted.map(({ path }) => path))
  })

  test('holds every exception of the boundaries', () => {
    expect(boundaryExceptions()).toEqual(overrides.boundaries.map(({ exception }) => exception))
  })

  test('holds every exception of the search for unused code', () => {
    expect(unusedCodeExceptions()).toEqual(overrides.unusedCode.map(({ exception }) => exception))
  })
})

describe('the linter', () => {
  const { preset: _, ...ruleGroups } = biome.linter.rules

  test('takes every rule it names as an error', () => {
    const soft = Object.entries(ruleGroups).flatMap(([group, rules]) =>
      Object.entries(z.record(z.string(), level).parse(rules))
        .filter(([rule, value]) => rule !== 'preset' && value !== 'error' && typeof value === 'string')
        .map(([rule]) => `${group}/${rule}`),
    )
    expect(soft).toEqual([])
  })
})

describe('the boundaries', () => {
  test('are errors, every one', () => {
    expect(dependencyCruiser.forbidden.filter(({ severity }) => severity !== 'error')).toEqual([])
  })
})

const suppression =
  /biome-ignore|@ts-expect-error|@ts-ignore|@ts-nocheck|eslint-disable|knip-ignore|v8 ignore|c8 ignore|istanbul ignore/
const testWords = new Set(['test', 'it', 'describe', 'suite'])
const softened = new Set(['skip', 'only', 'todo', 'skipIf', 'runIf', 'fails'])

/** What vitest offers for pretending; a test here asks the real thing. */
const pretences = new Set(['mock', 'doMock', 'hoisted', 'fn', 'spyOn', 'stubGlobal', 'stubEnv', 'useFakeTimers'])

/** Every way round a rule that a file takes, as `line: way`. */
function suppressionsIn(code: string, file = 'snippet.ts'): string[] {
  const inComments = commentsOf(code, file)
    .filter(({ text }) => suppression.test(text))
    .map(({ line, text }) => `${line}: ${text}`)
  const inCode = [...nodesOf(parse(code, file))].flatMap((node) => {
    if (isDoubleAssertion(node)) return `${lineOf(code, node)}: as unknown as`
    if (isPretence(node)) return `${lineOf(code, node)}: mock`
    return isSoftenedTest(node) ? `${lineOf(code, node)}: softened test` : []
  })
  return [...inComments, ...inCode]
}

function isDoubleAssertion(node: SyntaxNode): boolean {
  const inner = node.type === 'TsAsExpression' ? nodeAt(node, 'expression') : undefined
  return textAt(nodeAt(inner, 'typeAnnotation'), 'kind') === 'unknown'
}

function isPretence(node: SyntaxNode): boolean {
  const isMember = node.type === 'MemberExpression' && textAt(nodeAt(node, 'object'), 'value') === 'vi'
  return isMember && pretences.has(textAt(nodeAt(node, 'property'), 'value') ?? '')
}

/** `test.skip`, `describe.concurrent.only`, `it.each.skip` and their like. */
function isSoftenedTest(node: SyntaxNode): boolean {
  if (node.type !== 'MemberExpression' || !softened.has(textAt(nodeAt(node, 'property'), 'value') ?? '')) return false
  const start = [...nodesOf(node)].find(({ type }) => type === 'Identifier')
  return testWords.has(textAt(start, 'value') ?? '')
}

describe('a way round a rule', () => {
  test.each([
    '// biome-ignore lint/suspicious/noExplicitAny: because\nconst a: any = 1\n',
    '// @ts-expect-error because\nconst a: string = 1\n',
    '/* v8 ignore next */\nconst a = 1\n',
    'const a = b as unknown as string\n',
    "test.skip('a', () => {})\n",
    "describe.concurrent.only('a', () => {})\n",
    "test.skipIf(slow)('a', () => {})\n",
    "it.todo('a')\n",
    "vi.mock('./a.ts')\n",
    "vi.spyOn(service, 'run')\n",
  ])('is noticed: %j', (code) => {
    expect(suppressionsIn(code)).toHaveLength(1)
  })

  test.each([
    "const a = 'biome-ignore'\n",
    'const a = value as unknown\n',
    'const rest = list.skip(2)\n',
    'await vi.waitFor(read)\n',
    'const a = b as const\n',
  ])('is not seen in: %j', (code) => {
    expect(suppressionsIn(code)).toEqual([])
  })

  test('is taken by no file', () => {
    expect(allCode().flatMap((file) => suppressionsIn(readSource(file), file).map((way) => `${file}:${way}`))).toEqual(
      [],
    )
  })
})
