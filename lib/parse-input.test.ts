import { globSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AppError } from './errors.ts'
import en from './i18n/messages/en/validation.json' with { type: 'json' }
import zh from './i18n/messages/zh/validation.json' with { type: 'json' }
import { parseInput } from './parse-input.ts'

function failureOf(schema: z.ZodType, value: unknown): AppError {
  try {
    parseInput(schema, value, 'body')
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('It was accepted')
}

const issuesOf = (schema: z.ZodType, value: unknown) => failureOf(schema, value).details.issues

describe('parseInput', () => {
  it('gives what the schema makes of the input', () => {
    expect(parseInput(z.object({ limit: z.coerce.number().default(50) }), {}, 'query')).toEqual({ limit: 50 })
  })

  it('tells where the input came from and what is wrong in one line', () => {
    const schema = z.strictObject({ email: z.email({ error: 'email-malformed' }), name: z.string() })
    const failure = failureOf(schema, { email: 'x', extra: 1 })
    expect(failure.code).toBe('invalid-input')
    expect(failure.details.where).toBe('body')
    expect(failure.message).toBe('Invalid body: email email-malformed, name required, extra unknown-field')
  })

  it('names the parameters a query may have when there is one it may not', () => {
    const unknownIn = (schema: z.ZodType) => {
      try {
        parseInput(schema, { colour: 'red' }, 'query')
      } catch (error) {
        if (error instanceof AppError) return error.details.issues
      }
      throw new Error('It was accepted')
    }
    const code = 'unknown-parameter'
    const schema = z.strictObject({ limit: z.string().optional(), role: z.string().optional() })
    expect(unknownIn(schema)).toEqual([{ path: 'colour', code, params: { field: 'colour', known: 'limit, role' } }])
    expect(unknownIn(z.strictObject({}))).toEqual([
      { path: 'colour', code, params: { field: 'colour', known: 'none' } },
    ])
  })

  it.each<[name: string, schema: z.ZodType, value: unknown, issue: object]>([
    ['required', z.object({ a: z.string() }), {}, { path: 'a', code: 'required', params: {} }],
    ['required in a choice', z.object({ a: z.enum(['x']) }), {}, { path: 'a', code: 'required', params: {} }],
    [
      'required in a number of a query',
      z.object({ a: z.coerce.number() }),
      {},
      { path: 'a', code: 'required', params: {} },
    ],
    ['required as a whole', z.object({}), undefined, { path: '', code: 'required', params: {} }],
    [
      'wrong type',
      z.object({ a: z.string() }),
      { a: 1 },
      { path: 'a', code: 'wrong-type', params: { expected: 'string' } },
    ],
    [
      'wrong type for null',
      z.object({ a: z.string() }),
      { a: null },
      { path: 'a', code: 'wrong-type', params: { expected: 'string' } },
    ],
    ['too short', z.string().min(3), 'ab', { path: '', code: 'too-short', params: { minimum: 3 } }],
    ['too long', z.string().max(3), 'abcd', { path: '', code: 'too-long', params: { maximum: 3 } }],
    ['too few', z.array(z.string()).min(1), [], { path: '', code: 'too-few', params: { minimum: 1 } }],
    ['too many', z.array(z.string()).max(1), ['a', 'b'], { path: '', code: 'too-many', params: { maximum: 1 } }],
    ['too small', z.number().min(1), 0, { path: '', code: 'too-small', params: { minimum: 1 } }],
    ['too large', z.number().max(200), 201, { path: '', code: 'too-large', params: { maximum: 200 } }],
    ['not above', z.number().positive(), 0, { path: '', code: 'not-above', params: { minimum: 0 } }],
    ['not below', z.number().lt(5), 5, { path: '', code: 'not-below', params: { maximum: 5 } }],
    ['not a whole number', z.int(), 1.5, { path: '', code: 'wrong-type', params: { expected: 'int' } }],
    ['not one of', z.enum(['a', 'b']), 'c', { path: '', code: 'not-one-of', params: { options: 'a, b' } }],
    [
      'unknown field, deep',
      z.object({ a: z.strictObject({}) }),
      { a: { b: 1 } },
      { path: 'a.b', code: 'unknown-field', params: { field: 'b' } },
    ],
    ['malformed', z.iso.datetime(), 'yesterday', { path: '', code: 'malformed', params: {} }],
    ['malformed step', z.number().multipleOf(5), 3, { path: '', code: 'malformed', params: {} }],
    [
      'malformed for no branch',
      z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]),
      'x',
      { path: '', code: 'malformed', params: {} },
    ],
    [
      'an item of a list',
      z.object({ list: z.array(z.int()) }),
      { list: [1, 'x'] },
      { path: 'list.1', code: 'wrong-type', params: { expected: 'number' } },
    ],
    [
      'a message key of the schema',
      z.object({ p: z.string().min(12, { error: 'password-too-short' }) }),
      { p: 'x' },
      { path: 'p', code: 'password-too-short', params: { minimum: 12 } },
    ],
    [
      'a message key of a refinement',
      z.string().refine(() => false, { error: 'time-zone-unknown' }),
      'x',
      { path: '', code: 'time-zone-unknown', params: {} },
    ],
    [
      'a message key that is one word',
      z.string().refine(() => false, { error: 'odd' }),
      'x',
      { path: '', code: 'odd', params: {} },
    ],
  ])('names %s', (...[, schema, value, issue]) => {
    expect(issuesOf(schema, value)).toEqual([issue])
  })

  it('names the field that tells a union apart and its values', () => {
    const schema = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('s3') }),
      z.object({ kind: z.literal('directory') }),
    ])
    expect(issuesOf(schema, { kind: 'ftp' })).toEqual([
      { path: 'kind', code: 'not-one-of', params: { options: 's3, directory' } },
    ])
    expect(issuesOf(schema, {})).toEqual([{ path: 'kind', code: 'required', params: {} }])
  })

  it('names at most fifty faults', () => {
    const value = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`field${index}`, 1]))
    expect(issuesOf(z.strictObject({}), value)).toHaveLength(50)
  })

  it('never repeats a value that was sent', () => {
    const canary = 'canary5f1c'
    const text = z.string()
    const schemas = [
      text.max(1),
      text.regex(/^x/),
      z.email(),
      z.enum(['a']),
      z.number(),
      z.iso.date(),
      z.literal('b'),
      z.array(text),
      z.uuid(),
    ]
    for (const schema of schemas) {
      const { message, details } = failureOf(z.object({ password: schema }), { password: canary })
      expect(message + JSON.stringify(details)).not.toContain(canary)
    }
  })

  it('blames nobody else: any JSON is either accepted or invalid-input', () => {
    const schema = z.strictObject({
      a: z.string().max(3),
      b: z.array(z.strictObject({ c: z.int() })).optional(),
      d: z.union([z.int(), z.null()]),
    })
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parsed = schema.safeParse(value)
        if (!parsed.success) expect(failureOf(schema, value).code).toBe('invalid-input')
        else expect(parseInput(schema, value, 'body')).toEqual(parsed.data)
      }),
    )
  })

  it('lets a fault of the schema itself through as what it is', () => {
    const schema = z.string().transform(() => {
      throw new RangeError('our bug')
    })
    expect(() => parseInput(schema, 'x', 'body')).toThrow(RangeError)
  })
})

describe('the sentences for rejected fields', () => {
  it('exist in both languages with the same placeholders', () => {
    const placeholders = (sentence: string) =>
      [...new Set([...sentence.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name))].toSorted()
    const inEnglish = Object.entries(en).map(([key, sentence]) => [key, placeholders(sentence)])
    const inChinese = Object.entries(zh).map(([key, sentence]) => [key, placeholders(sentence)])
    expect(Object.fromEntries(inChinese)).toEqual(Object.fromEntries(inEnglish))
  })

  it('ask for values only where whoever refuses always has them, so forms can say the others too', () => {
    // Certificates and import files are judged on the server alone, which names what it found in them.
    const onServer = globSync(['lib/clusters/*.ts', 'lib/clusters/import-file/*.ts']).map((file) =>
      readFileSync(file, 'utf8'),
    )
    const general = new Set([
      'too-short',
      'too-long',
      'too-few',
      'too-many',
      'too-small',
      'too-large',
      'not-above',
      'not-below',
      'wrong-type',
      'unknown-field',
      'unknown-parameter',
      'not-one-of',
    ])
    const asking = Object.entries(en)
      .filter(([, sentence]) => sentence.includes('{'))
      .map(([key]) => key)
    const isOnServer = (key: string) => onServer.some((source) => source.includes(`'${key}'`))
    expect(asking.filter((key) => !(general.has(key) || isOnServer(key)))).toEqual([])
  })

  it.each(Object.entries(en))('say for %s both what is wrong and what to do', (_, sentence) => {
    expect(sentence.match(/[.;:](\s|}|$)/g)?.length ?? 0, sentence).toBeGreaterThanOrEqual(2)
  })
})

describe('what is nested deeper than anything that is asked for', () => {
  const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels))

  it.each([22, 5_000, 100_000])('is refused before the schema sees it: %i levels', (levels) => {
    const schema = z.record(
      z.string(),
      z.unknown().transform(() => expect.fail('The schema saw it')),
    )
    expect(issuesOf(schema, { a: nested(levels) })).toEqual([{ path: '', code: 'malformed', params: {} }])
  })

  it('is refused whatever else is wrong, and what is as deep as is allowed is taken', () => {
    expect(issuesOf(z.json(), { a: '\0', b: nested(5_000) })).toEqual([{ path: '', code: 'malformed', params: {} }])
    expect(parseInput(z.json(), nested(21), 'body')).toEqual(nested(21))
  })
})

describe('text that no database takes', () => {
  it.each(['a\0b', '\ud800'])('is refused wherever it stands: %j', (text) => {
    const schema = z.object({ name: z.string(), tags: z.array(z.string()) })
    const parse = () => parseInput(schema, { name: 'ok', tags: ['fine', text] }, 'body')
    expect(parse).toThrow(AppError)
    expect(parse).toThrow(/tags\.1 character-invalid/)
  })

  it.each(['a\0b', '\ud800'])('is refused as the name of a field too, and not repeated: %j', (name) => {
    const { details } = failureOf(z.record(z.string(), z.string()), { [name]: 'fine' })
    expect(details.issues).toEqual([
      { path: name === '\ud800' ? '\ufffd' : 'a b', code: 'character-invalid', params: {} },
    ])
  })

  it('takes no more of an unknown name than a line', () => {
    const [issue] = issuesOf(z.strictObject({}), { ['x\n'.repeat(500)]: 1 }) as {
      path: string
      params: { field: string }
    }[]
    expect(issue?.params.field).toBe('x '.repeat(30))
    expect(issue?.path).toBe('x '.repeat(100))
  })

  it('is told apart from rare but whole characters', () => {
    expect(parseInput(z.string(), '😀\u202e中文', 'body')).toBe('😀\u202e中文')
  })
})
