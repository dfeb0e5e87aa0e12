import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { routes } from '#app/api/routes.generated.ts'
import { openApiDocument } from '#lib/api/openapi.ts'
import { closePools } from '#lib/db/pools.ts'
import { errorCodes } from '#lib/errors.ts'
import type { Caller, Operation, World } from '#tests/support/isolation-world.ts'
import { createWorld, operations, signedIn, thingsFor } from '#tests/support/isolation-world.ts'
import { newAddress } from '#tests/support/signed-in.ts'
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
  const { database, env } = await openWorkplace()
  app = await startApp({
    databaseUrls: database.urls,
    redisUrl: env.REDIS_URL ?? '',
    env: { NEXTAUTH_SECRET: env.NEXTAUTH_SECRET ?? '', ROOT_KEYS: env.ROOT_KEYS ?? '', TRUST_PROXY_HOPS: '1' },
    withWorker: false,
  })
  raw = await (await fetch(`${app.url}/api/v1/openapi.json`)).json()
  document = documentSchema.parse(raw)
}, 600_000)
afterAll(async () => {
  await app?.stop()
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

const problemSchema = z.strictObject({
  type: z.string().startsWith('urn:kstone:problem:'),
  title: z.string(),
  status: z.int(),
  detail: z.string().min(10),
  code: z.enum(Object.keys(errorCodes)),
  requestId: z.uuid(),
  retryAfterSeconds: z.number().optional(),
  errors: z.array(z.strictObject({ path: z.string(), code: z.string(), message: z.string().min(5) })).optional(),
})

/** What tells a stranger how we are made inside. */
const insides = /prisma|postgres|redis|node_modules|\bat [\w.]+ \(|select .* from|\.ts:\d|ECONN|violates/i

/** Sends one piece of nonsense; gives what is wrong with the answer. */
async function faultOf(
  operation: Operation,
  { headers, path, body }: { headers: Headers; path: string; body?: string },
) {
  headers.set('x-forwarded-for', newAddress())
  const response = await fetch(app.url + path, {
    method: operation.method,
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  })
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) return await response.body?.cancel()
  const text = await response.text()
  const request = `${operation.name} ${path} ${body ?? ''} ${JSON.stringify([...headers])}`
  if (!isDecodable(path)) return response.status === 400 ? undefined : `${response.status} for the address ${path}`
  if (response.status >= 500) return `${response.status} ${text} for ${request}`
  if (response.status < 400) return undefined
  const problem = problemSchema.safeParse(
    response.headers.get('content-type') === 'application/problem+json' ? JSON.parse(text) : text,
  )
  if (!problem.success) return `no problem but ${text} for ${request}`
  if (insides.test(text)) return `${text} for ${request}`
  if (problem.data.requestId !== response.headers.get('x-request-id'))
    return `another request id in ${text} for ${request}`
  return undefined
}

/** What no server can read is refused before anything of ours sees it, in plain text. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path.split('?')[0] ?? '')
    return true
  } catch {
    return false
  }
}

const visible = fc.string({ unit: fc.constantFrom(...'aB0-_.~%/ \\"\'<>{}[]&=;:,*?|'), maxLength: 30 })
const nonsense = fc.record(
  {
    body: fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.string(),
      fc.constantFrom('{', '[[[[', '{"__proto__":{"role":"owner"}}', 'null', '"\\u0000"'),
    ),
    query: fc.dictionary(
      fc.constantFrom('limit', 'cursor', 'q', 'role', 'state', 'after', 'from', 'x'),
      fc.oneof(visible, fc.constantFrom('-1', '1e9', '%00', 'MA==', '[]')),
      { maxKeys: 3 },
    ),
    thing: fc.oneof(
      visible,
      fc.constantFrom('%00', '..%2f..', '00000000-0000-0000-0000-000000000000', "'; DROP TABLE x"),
    ),
    idempotencyKey: fc.option(visible),
    mediaType: fc.constantFrom(
      'application/json',
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
    ),
  },
  { requiredKeys: ['body', 'query', 'thing', 'idempotencyKey', 'mediaType'] },
)
type Nonsense = typeof nonsense extends fc.Arbitrary<infer T> ? T : never

function requestOf(
  operation: Operation,
  { caller, things }: { caller: Caller; things: Record<string, string> },
  made: Nonsense,
) {
  const headers = new Headers(caller.headers)
  headers.set('origin', app.url)
  if (made.idempotencyKey !== null) headers.set('idempotency-key', made.idempotencyKey.trim())
  const query = new URLSearchParams(made.query).toString()
  const spoilt = {
    ...things,
    ...Object.fromEntries(
      operation.params.map((param) => [
        param,
        made.thing.startsWith('%') ? made.thing : encodeURIComponent(made.thing),
      ]),
    ),
  }
  const path = `${operation.params.reduce((text, param) => text.replace(`{${param}}`, spoilt[param] ?? ''), operation.path)}?${query}`
  if (operation.method === 'GET') return { headers, path }
  headers.set('content-type', made.mediaType)
  return { headers, path, body: made.body }
}

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

describe('nonsense', () => {
  const named = operations.map((operation) => [operation.name, operation] as const)

  it.each(named)(
    'sent to %s gets a problem with cause and fix, and shows nothing of our insides',
    async (_, operation) => {
      const world: World = await createWorld()
      const caller = await signedIn(world, 'owner')
      const things = thingsFor(operation, { ...world.things })
      await fc.assert(
        fc.asyncProperty(nonsense, async (made) => {
          expect(await faultOf(operation, requestOf(operation, { caller, things }, made))).toBeUndefined()
        }),
        { numRuns: 25, endOnFailure: true },
      )
    },
  )
})
