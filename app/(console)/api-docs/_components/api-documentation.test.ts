import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openApiDocument } from '#lib/api/openapi.ts'
import { route } from '#lib/api/route.ts'
import { curlLine } from './curl-line.ts'
import { fieldRowsOf, typeOf } from './field-rows.ts'
import type { ApiOperation } from './operations.ts'
import { byArea, matchesSearch, operationsOf } from './operations.ts'

const things = {
  POST: route({
    summary: 'Change a thing',
    access: 'members:write',
    params: z.object({ thingId: z.uuid() }),
    body: z.strictObject({ name: z.string().min(1).max(9), tags: z.array(z.string()).default([]) }).meta({
      example: { name: "Ada's" },
    }),
    response: { status: 200, schema: z.object({ owner: z.object({ role: z.enum(['viewer', 'owner']) }).nullable() }) },
    handle: async () => ({ owner: null }),
  }),
  DELETE: route({
    summary: 'Remove a thing',
    access: 'team:delete',
    stepUp: true,
    params: z.object({ thingId: z.uuid() }),
    response: { status: 200, schema: z.object({ id: z.uuid() }) },
    handle: async () => ({ id: '' }),
  }),
}
const document = openApiDocument([{ path: '/api/v1/things/{thingId}', methods: things }], 'https://kstone.example')
const operations = operationsOf(document)

function operation(method: string): ApiOperation {
  const found = operations.find((each) => each.method === method)
  if (!found) throw new Error(`no ${method}`)
  return found
}

describe('operationsOf', () => {
  test('says who may call, and whether an API key is enough', () => {
    expect(operation('POST')).toMatchObject({ access: 'members:write', isSessionOnly: false, needsStepUp: false })
    expect(operation('DELETE')).toMatchObject({ access: 'team:delete', isSessionOnly: true, needsStepUp: true })
  })

  test('shows path parameters, body and answer field by field', () => {
    const { parameters, body, answer } = operation('POST')
    expect(parameters[0]).toMatchObject({ name: 'thingId', in: 'path', isRequired: true, type: 'string (uuid)' })
    expect(body?.fields.map(({ path, type, isRequired }) => [path, type, isRequired])).toEqual([
      ['name', 'string 1…9', true],
      ['tags', 'string[]', false],
    ])
    expect(answer.fields.map(({ path, type }) => [path, type])).toEqual([
      ['data', 'object'],
      ['data.owner', 'object | null'],
      ['data.owner.role', '"viewer" | "owner"'],
    ])
  })

  test('is found by path, permission and field, all words together', () => {
    expect(matchesSearch(operation('POST'), 'things MEMBERS:write owner.role')).toBe(true)
    expect(matchesSearch(operation('POST'), 'things audit')).toBe(false)
  })

  test('stands in the area of its path', () => {
    expect(byArea(operations).map((area) => [area.id, area.operations.length])).toEqual([['things', 2]])
  })
})

describe('fieldRowsOf', () => {
  test('goes into lists and values by name', () => {
    const schema = {
      type: 'object',
      properties: { rows: { type: 'array', items: { type: 'object', properties: { id: { type: 'string' } } } } },
    }
    expect(fieldRowsOf(schema).map(({ path }) => path)).toEqual(['rows', 'rows[].id'])
    expect(typeOf({ additionalProperties: { type: 'string' } })).toBe('{ [name]: string }')
  })
})

describe('curlLine', () => {
  test('is a line a shell takes, quotes in the example included', () => {
    const line = curlLine(operation('POST'), 'https://kstone.example')
    expect(line).toContain(String.raw`-d '{"name":"Ada'\''s"}'`)
    expect(line).toContain('"https://kstone.example/api/v1/things/$THING_ID"')
  })

  test('there is none where an API key is refused', () => {
    expect(curlLine(operation('DELETE'), 'https://kstone.example')).toBeUndefined()
  })
})
