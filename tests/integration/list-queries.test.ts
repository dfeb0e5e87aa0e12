import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { routes } from '#app/api/routes.generated.ts'
import type { RouteHandler } from '#lib/api/definition.ts'
import { peerHeader } from '#lib/api/request-context.ts'
import { newId } from '#lib/ids.ts'
import { closeSharedRedis, untilRedisIsReady } from '#lib/queue/connections.ts'
import { headersOf, newAddress, newPerson, newSession } from '#tests/support/signed-in.ts'
import { openWorkplace } from '#tests/support/work-team.ts'

let cookie: string

beforeAll(async () => {
  await openWorkplace({ LOG_LEVEL: 'fatal' })
  await untilRedisIsReady(5_000)
  cookie = (await headersOf(await newSession(await newPerson()))).get('cookie') ?? ''
})
afterAll(() => closeSharedRedis())

const reads = routes.flatMap(({ path, methods: { GET } }) => (GET ? [{ path, handler: GET }] : []))
const handlerOf = (path: string) => reads.find((read) => read.path === `/api/v1/${path}`)?.handler

const problem = z.object({
  code: z.string(),
  errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })),
})

async function faultsOf(handler: RouteHandler | undefined, path: string, query: string) {
  const address = path.replace(/\{\w+\}/g, newId())
  const ids = Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, newId()]))
  const headers = { cookie, 'accept-language': 'en', [peerHeader]: newAddress() }
  const request = new Request(`http://localhost${address}?${query}`, { headers })
  const response = await handler?.(request, { params: Promise.resolve(ids) })
  return { status: response?.status, ...problem.parse(await response?.json()) }
}

describe('the query of a request', () => {
  it.each(reads.map(({ path, handler }) => [path, handler] as const))(
    'with a parameter that %s does not know is refused by its name',
    async (path, handler) => {
      const { status, code, errors } = await faultsOf(handler, path, 'colour=red')
      expect([status, code]).toEqual([422, 'invalid-input'])
      expect(errors).toMatchObject([{ path: 'colour', code: 'unknown-parameter' }])
    },
  )

  it.each([
    ['members', 'role=zzz', { path: 'role', code: 'role-unknown' }],
    ['members', 'rolle=admin', { path: 'rolle', message: expect.stringContaining('limit, cursor, q, role') }],
    ['members', 'limit=many', { path: 'limit', code: 'wrong-type' }],
    ['invitations', 'state=zzz', { path: 'state', code: 'not-one-of' }],
    ['api-keys', 'state=zzz', { path: 'state', code: 'not-one-of' }],
    ['audit-events', 'from=banana', { path: 'from', code: 'instant-malformed' }],
    ['audit-events', 'to=0000-01-01T00:00:00Z', { path: 'to', code: 'instant-malformed' }],
  ])('of /%s?%s is refused at the field', async (path, query, fault) => {
    const { status, errors } = await faultsOf(handlerOf(path), `/api/v1/${path}`, query)
    expect(status).toBe(422)
    expect(errors).toMatchObject([fault])
  })
})
