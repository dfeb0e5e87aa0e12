import { expect, test } from 'vitest'
import { z } from 'zod'
import type { AnyDefinition, RouteHandler } from './definition.ts'
import { openApiDocument } from './openapi.ts'

function handlerOf(definition: AnyDefinition): RouteHandler {
  return Object.assign(() => Promise.resolve(new Response()), { definition })
}

const modules = [
  {
    path: '/api/v1/things/{thingId}',
    methods: {
      PATCH: handlerOf({
        summary: 'Rename a thing',
        access: 'team:write',
        params: z.object({ thingId: z.uuid() }),
        body: z.strictObject({ name: z.string().max(5) }).meta({ example: { name: 'a' } }),
        response: { status: 200, schema: z.object({ id: z.uuid() }) },
      }),
      DELETE: handlerOf({
        summary: 'Remove a thing',
        access: 'team:delete',
        stepUp: true,
        params: z.object({ thingId: z.uuid() }),
        response: { status: 200, schema: z.object({ id: z.uuid() }) },
      }),
    },
  },
]

test('describes an operation by its definition alone', () => {
  const document = openApiDocument(modules, 'http://localhost:3000')
  expect(document).toMatchObject({
    openapi: '3.1.0',
    paths: {
      '/api/v1/things/{thingId}': {
        patch: {
          operationId: 'patch-things-thingId',
          'x-kstone-access': 'team:write',
          security: [{ apiKey: [] }, { session: [] }],
          requestBody: { content: { 'application/json': { example: { name: 'a' }, schema: { type: 'object' } } } },
        },
        delete: { security: [{ session: [] }] },
      },
    },
  })
})

test('every operation names its path parameters and its problem answer', () => {
  const text = JSON.stringify(openApiDocument(modules, 'http://localhost:3000'))
  expect(text).toContain('"name":"thingId","in":"path","required":true')
  expect(text.match(/"application\/problem\+json":/g)).toHaveLength(2)
})
