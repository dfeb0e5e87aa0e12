import type { z } from 'zod'
import { AppError } from './errors.ts'

/** The part of a request that was parsed. */
export type InputPlace = 'body' | 'query' | 'params' | 'headers'

/** One thing wrong with an input; `code` is a key of the messages' namespace `validation`, `params` fill its placeholders. */
export interface InputIssue {
  /** Dotted, `members.0.email`; empty for the input as a whole. */
  path: string
  code: string
  params: Record<string, string | number>
}

type ZodIssue = z.core.$ZodIssue

/** A body can hold any number of faults; nobody mends more than this in one go. */
const maxIssues = 50
const pathLengthMax = 200
const nameLengthMax = 60

const messageKey = /^[a-z0-9]+(-[a-z0-9]+)*$/

/**
 * The only maker of `invalid-input`: parses what a caller sent, at the boundary. A zod failure anywhere deeper is our own bug.
 *
 * A schema's own messages are message keys in kebab-case (`password-too-short`); where it has none, a general key stands in
 * (`required`, `too-long`, …). What was sent is never repeated in the answer: it may be a password. What is nested deeper than
 * 20 levels is `malformed` as a whole, and no schema sees it: one that calls itself would run out of stack.
 *
 * @throws AppError `invalid-input` with `details: { where, issues: InputIssue[] }`, at most 50 of them
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: InputPlace,
): z.output<Schema> {
  if (isDeeperThan(value, depthMax)) {
    const issues: InputIssue[] = [{ path: '', code: 'malformed', params: {} }]
    throw new AppError('invalid-input', `Invalid ${where}: nested too deeply`, { details: { where, issues } })
  }
  const unstorable = findUnstorable(value)
  const parsed = schema.safeParse(value)
  if (parsed.success && unstorable.length === 0) return parsed.data
  const known = where === 'query' ? namesIn(schema) : undefined
  const found = parsed.success ? [] : parsed.error.issues.flatMap((issue) => describeIssue(issue, { value, known }))
  const issues = [...unstorable, ...found].slice(0, maxIssues)
  const summary = issues.map(({ path, code }) => (path === '' ? code : `${path} ${code}`)).join(', ')
  throw new AppError('invalid-input', `Invalid ${where}: ${summary}`, { details: { where, issues } })
}

const depthMax = 20

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels < 0 || Object.values(value).some((entry) => isDeeperThan(entry, levels - 1))
}

/**
 * Texts no database column takes, as values or as names of fields: with a NUL inside, or with half a character. They come from
 * attacks and broken clients.
 */
function findUnstorable(value: unknown, path: readonly string[] = []): InputIssue[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [unstorableAt(path)]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, entry]) => {
    const place = [...path, key]
    return isStorable(key) ? findUnstorable(entry, place) : [unstorableAt(place)]
  })
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

function unstorableAt(path: readonly string[]): InputIssue {
  return { path: joinPath(path), code: 'character-invalid', params: {} }
}

/** The parameters a query may have, in the order of its schema. */
function namesIn(schema: z.ZodType): string {
  return 'shape' in schema && typeof schema.shape === 'object' ? Object.keys(schema.shape ?? {}).join(', ') : ''
}

interface Parsed {
  value: unknown
  /** Of a query: the names of all its parameters. */
  known: string | undefined
}

function describeIssue(issue: ZodIssue, { value, known }: Parsed): InputIssue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: joinPath([...issue.path, key]),
      ...(known === undefined
        ? { code: 'unknown-field', params: { field: shown(key) } }
        : { code: 'unknown-parameter', params: { field: shown(key), known: known || 'none' } }),
    }))
  }
  const path = joinPath(issue.path)
  const general = isMissing(issue, value) ? { code: 'required', params: {} } : generalIssue(issue)
  return [messageKey.test(issue.message) ? { ...general, path, code: issue.message } : { ...general, path }]
}

/** zod reports a missing field as a wrong type or value; the person who left it out should read that it is missing. */
function isMissing(issue: ZodIssue, value: unknown): boolean {
  if (!['invalid_type', 'invalid_value', 'invalid_union'].includes(issue.code)) return false
  let found: unknown = value
  for (const key of issue.path) {
    if (typeof found !== 'object' || found === null) return true
    found = Reflect.get(found, key)
  }
  return found === undefined
}

function generalIssue(issue: ZodIssue): Omit<InputIssue, 'path'> {
  switch (issue.code) {
    case 'invalid_type':
      return { code: 'wrong-type', params: { expected: issue.expected } }
    case 'invalid_value':
      return { code: 'not-one-of', params: { options: issue.values.map(String).join(', ') } }
    case 'invalid_union':
      return unionIssue(issue)
    case 'too_small':
      return { code: boundCode(issue, smallCodes), params: { minimum: Number(issue.minimum) } }
    case 'too_big':
      return { code: boundCode(issue, bigCodes), params: { maximum: Number(issue.maximum) } }
    default:
      return { code: 'malformed', params: {} }
  }
}

/** A union told apart by one field names that field's values; of any other union nothing better can be said than that none fits. */
function unionIssue(issue: z.core.$ZodIssueInvalidUnion): Omit<InputIssue, 'path'> {
  if (!('options' in issue) || issue.options === undefined) return { code: 'malformed', params: {} }
  return { code: 'not-one-of', params: { options: issue.options.map(String).join(', ') } }
}

const smallCodes = { text: 'too-short', items: 'too-few', open: 'not-above', closed: 'too-small' }
const bigCodes = { text: 'too-long', items: 'too-many', open: 'not-below', closed: 'too-large' }

function boundCode(issue: { origin: string; inclusive?: boolean }, codes: typeof smallCodes): string {
  if (issue.origin === 'string') return codes.text
  if (issue.origin === 'array' || issue.origin === 'set') return codes.items
  return issue.inclusive === false ? codes.open : codes.closed
}

function joinPath(path: readonly PropertyKey[]): string {
  return cleaned(path.map(String).join('.'), pathLengthMax)
}

/** A name nobody knows is the caller's own text: an answer and a log take only so much of it, and nothing that no column takes. */
function shown(name: string): string {
  return cleaned(name, nameLengthMax)
}

function cleaned(text: string, lengthMax: number): string {
  return text
    .slice(0, lengthMax)
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ')
}
