import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { routes } from '#app/api/routes.generated.ts'
import { openApiDocument } from '#lib/api/openapi.ts'
import { closePools } from '#lib/db/pools.ts'
import { closeWorlds, operations } from '#tests/support/isolation-world.ts'
import { backupFolders } from '#tests/support/kept-backups.ts'
import { describeNonsense, problemSchema } from '#tests/support/nonsense.ts'
import type { RunningApp } from '#tests/support/stack.ts'
import { startApp } from '#tests/support/stack.ts'
import { openWorkplace } from '#tests/support/work-team.ts'

let app: RunningApp
let document: z.infer<typeof documentSchema>
let raw: unknown

const schemaObject = z.record(z.string(), z.unknown())
const operationSchema = z.object({
  operationId: z.string().regex(/^[a-z]+(-[A-Za-z]+)*$/),
  summary: z.string().min(6),
  tags: z.array(z.string()).length(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(
    z.object({
      name: z.string(),
      in: z.enum(['path', 'query', 'header']),
      required: z.boolean(),
      schema: schemaObject,
    }),
  ),
  requestBody: z
    .object({
      required: z.literal(true),
      content: z.object({ 'application/json': z.object({ schema: schemaObject, example: z.unknown() }) }),
    })
    .optional(),
  responses: z
    .record(
      z.string(),
      z.object({ description: z.string(), content: z.record(z.string(), z.object({ schema: schemaObject })) }),
    )
    .refine((responses) => 'default' in responses && Object.keys(responses).length === 2),
})
/** OpenAPI 3.1, as far as clients and generators lean on it. */
const documentSchema = z.object({
  openapi: z.literal('3.1.0'),
  info: z.object({ title: z.string(), version: z.string() }),
  servers: z.array(z.object({ url: z.url() })).length(1),
  components: z.object({
    schemas: schemaObject,
    securitySchemes: z.record(z.string(), z.object({ type: z.string() })),
  }),
  paths: z.record(z.string().startsWith('/api/v1/'), z.record(z.string(), operationSchema)),
})

beforeAll(async () => {
  const { database, env } = await openWorkplace(backupFolders())
  app = await startApp({
    databaseUrls: database.urls,
    redisUrl: env.REDIS_URL ?? '',
    env: {
      NEXTAUTH_SECRET: env.NEXTAUTH_SECRET ?? '',
      ROOT_KEYS: env.ROOT_KEYS ?? '',
      TRUST_PROXY_HOPS: '1',
      BACKUP_DIRECTORY: env.BACKUP_DIRECTORY ?? '',
    },
    withWorker: false,
  })
  raw = await (await fetch(`${app.url}/api/v1/openapi.json`)).json()
  document = documentSchema.parse(raw)
}, 600_000)
afterAll(async () => {
  await app?.stop()
  await closeWorlds()
  await closePools()
})

const documented = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      operation,
    })),
  )

describe('the OpenAPI document', () => {
  it('is served to anybody, and is the one the routes make', () => {
    expect(raw).toEqual(JSON.parse(JSON.stringify(openApiDocument(routes, app.url))))
  })

  it('describes every operation there is and no other', () => {
    expect(
      documented()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(operations.map(({ name }) => name).toSorted())
  })

  it('names every operation once, and every value of its path', () => {
    const ids = documented().map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { name, path, operation } of documented()) {
      const named = operation.parameters
        .filter((parameter) => parameter.in === 'path')
        .map((parameter) => parameter.name)
      expect(named, name).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, param]) => param))
    }
  })

  it('refers to nothing that it does not hold', () => {
    const references = [...JSON.stringify(raw).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference = '']) => reference)
    expect(references.length).toBeGreaterThan(0)
    for (const reference of new Set(references)) {
      const target = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((place, key) => z.looseObject({}).parse(place)[key], raw)
      expect(target, reference).toBeDefined()
    }
    const schemes = Object.keys(document.components.securitySchemes)
    for (const { operation, name } of documented()) {
      expect(
        operation.security.flatMap((option) => Object.keys(option)).filter((scheme) => !schemes.includes(scheme)),
        name,
      ).toEqual([])
    }
  })

  it('shows no secret that was not asked for: what is secret stands only where it is handed over', () => {
    const handedOver = documented()
      .filter(({ operation }) => /"(secret|link)"/.test(JSON.stringify(operation.responses)))
      .map(({ name }) => name)
    expect(handedOver.toSorted()).toEqual([
      'POST /api/v1/api-keys',
      'POST /api/v1/invitations',
      'POST /api/v1/members/{userId}/reset-link',
    ])
  })
})

describe('a method that a route does not have', () => {
  it.each([
    ['POST', '/api/v1/clusters/x', 'GET, PATCH, DELETE, HEAD, OPTIONS'],
    ['PUT', '/api/v1/clusters/./x', 'GET, PATCH, DELETE, HEAD, OPTIONS'],
    ['DELETE', '/api/v1/invitations/accept', 'POST, OPTIONS'],
  ])('%s of %s is refused in words, with those it has', async (method, path, allow) => {
    const response = await fetch(app.url + path, { method, headers: { origin: app.url } })
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
    expect(problemSchema.parse(await response.json()).code).toBe('method-not-allowed')
  })
})

// Four times as much of it in tests/long.
describeNonsense(() => app.url, 6)
