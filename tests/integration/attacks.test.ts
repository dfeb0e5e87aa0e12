import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { newId } from '#lib/ids.ts'
import { BrowserSession } from '#tests/support/browser-session.ts'
import type { Operation } from '#tests/support/isolation-world.ts'
import { operations } from '#tests/support/isolation-world.ts'
import { newAddress } from '#tests/support/signed-in.ts'
import type { RunningApp } from '#tests/support/stack.ts'
import { startApp } from '#tests/support/stack.ts'

let app: RunningApp
let owner: BrowserSession
let ownerAddress = ''
const teamName = `Walls ${newId()}`

beforeAll(async () => {
  // A proxy's header lets attackers come from many addresses, as a botnet would, so that no limit hides what a door does.
  app = await startApp({ withWorker: false, env: { TRUST_PROXY_HOPS: '1' } })
  owner = newVisitor()
  ownerAddress = (await owner.signUp()).email
  expect(await owner.api('PATCH', '/team', { name: teamName })).toMatchObject({ status: 200 })
}, 600_000)
afterAll(() => app?.stop())

async function newOwner(): Promise<BrowserSession> {
  const visitor = newVisitor()
  await visitor.signUp()
  return visitor
}

function newVisitor(): BrowserSession {
  return new BrowserSession(app.url, { 'x-forwarded-for': newAddress() })
}

const teamNow = async () => (await owner.api('GET', '/team')).body
const changes = operations.filter(({ method, definition }) => method !== 'GET' && definition.access !== 'public')
const pathOf = ({ path }: Operation) => path.replace(/\{\w+\}/g, newId())

/** A request whose headers nothing tidies up on the way. */
function rawStatus(path: string, headers: Record<string, string>): Promise<{ status: number; location?: string }> {
  const { hostname, port } = new URL(app.url)
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, headers, setHost: false }, (response) => {
      response.resume()
      const { location } = response.headers
      resolve({ status: response.statusCode ?? 0, ...(location === undefined ? {} : { location }) })
    })
    request.on('error', reject)
    request.end()
  })
}

describe('a form on another site', () => {
  const foreign: [string, Record<string, string>][] = [
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['an origin that only begins like ours', { origin: 'http://localhost.evil.example' }],
    ['no origin a browser would admit', { origin: 'null' }],
    ['a sibling site', { 'sec-fetch-site': 'same-site' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
  ]

  it.each(foreign)('changes nothing from %s, whatever the route', async (_what, headers) => {
    const before = await teamNow()
    for (const operation of changes) {
      const body = operation.definition.body?.meta()?.example
      const response = await owner.send(pathOf(operation), {
        method: operation.method,
        headers,
        ...(body === undefined ? {} : { body: z.record(z.string(), z.unknown()).parse(body) }),
      })
      expect([operation.name, response.status]).toEqual([operation.name, 403])
      expect(await response.json()).toMatchObject({ code: 'origin-refused' })
    }
    expect(await teamNow()).toEqual(before)
  })

  it.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])(
    'changes nothing as %s, even from our own origin',
    async (mediaType) => {
      const before = await teamNow()
      const body = { name: 'Taken' }
      const response = await owner.send('/api/v1/team', {
        method: 'PATCH',
        body,
        headers: { 'content-type': mediaType },
      })
      expect(response.status).toBe(415)
      expect(await teamNow()).toEqual(before)
    },
  )

  it('signs nobody in and nobody out without next-auth’s own token', async () => {
    const visitor = newVisitor()
    const body = new URLSearchParams({ email: ownerAddress, password: 'correct horse battery', json: 'true' })
    await visitor.send('/api/auth/callback/credentials', { method: 'POST', body })
    expect(await visitor.api('GET', '/me')).toMatchObject({ status: 401 })
    await owner.send('/api/auth/signout', { method: 'POST', body: new URLSearchParams({ json: 'true' }) })
    expect(await owner.api('GET', '/me')).toMatchObject({ status: 200 })
  })
})

describe('a cookie', () => {
  it('kept before sign-out opens nothing in 1,000 replays', async () => {
    const visitor = newVisitor()
    await visitor.signUp()
    const stolen = visitor.cookie
    await visitor.signOut()
    let accepted = 0
    for (let round = 0; round < 50; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => {
          const thief = newVisitor()
          thief.cookie = stolen
          return thief.api('GET', '/me')
        }),
      )
      accepted += answers.filter(({ status }) => status !== 401).length
    }
    expect(accepted).toBe(0)
  }, 120_000)

  it('planted before sign-in is not the one that is signed in', async () => {
    const attacker = newVisitor()
    await attacker.signUp()
    const planted = attacker.cookie
    const victim = newVisitor()
    victim.cookie = planted
    const { email } = await victim.signUp()
    expect(victim.cookie).not.toBe(planted)
    expect(await victim.api('GET', '/me')).toMatchObject({ status: 200, body: { data: { email } } })
    // The planted session ended when somebody else signed in over it: the attacker watches nothing.
    expect(await attacker.api('GET', '/me')).toMatchObject({ status: 401 })
  })
})

describe('a forged request', () => {
  const pages = ['/members', '/api-keys', '/audit', '/usage', '/team', '/account', '/clusters']
  const forgeries: [string, string, Record<string, string>][] = [
    ['a middleware that says it ran', '', { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' }],
    [
      'a middleware of the source folder',
      '',
      { 'x-middleware-subrequest': 'src/middleware:src/middleware:middleware' },
    ],
    ['a rewrite', '', { 'x-middleware-rewrite': '/members', 'x-middleware-next': '1' }],
    ['a matched path', '', { 'x-matched-path': '/members', 'x-invoke-path': '/members', 'x-invoke-status': '200' }],
    ['overridden headers', '', { 'x-middleware-override-headers': 'cookie', 'x-middleware-request-cookie': 'a=b' }],
    ['a component request', '', { rsc: '1' }],
    ['a prefetch', '', { rsc: '1', 'next-router-prefetch': '1' }],
    ['a segment prefetch', '', { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' }],
    ['the .rsc form', '.rsc', {}],
    ['the .segments form', '.segments/_tree.segment.rsc', { rsc: '1' }],
    ['a data request', '', { 'x-nextjs-data': '1' }],
  ]

  it.each(forgeries)('with %s shows a stranger nothing of a team', async (_what, suffix, headers) => {
    for (const page of pages) {
      const response = await newVisitor().send(`${page}${suffix}`, { headers })
      const text = await response.text()
      expect(text, page).not.toContain(teamName)
      expect(text, page).not.toContain(ownerAddress)
    }
    const stranger = newVisitor()
    const first = await stranger.send(`/api/v1/team${suffix}`, { headers })
    // Next asks for a checksum in the address of component requests.
    const answer = first.status === 307 ? await stranger.send(first.headers.get('location') ?? '', { headers }) : first
    expect([401, 404]).toContain(answer.status)
    expect(await answer.text()).not.toContain(teamName)
  })

  it('under another name is turned away, and a forwarded name counts for nothing', async () => {
    expect(await rawStatus('/sign-in', { host: 'evil.example' })).toMatchObject({ status: 421 })
    expect(await rawStatus('/api/v1/me', { host: 'evil.example' })).toMatchObject({ status: 421 })
    const answer = await owner.send('/api/v1/invitations', {
      method: 'POST',
      body: { email: `${newId()}@example.com`, role: 'viewer' },
      headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    })
    expect(await answer.text()).not.toContain('evil.example')
  })

  it('reads metrics only on this machine itself, not by way of a proxy on it', async () => {
    const direct = await fetch(`${app.url}/metrics`)
    expect(direct.status).toBe(200)
    expect(await direct.text()).toContain('kstone_http_requests_total')
    expect((await fetch(`${app.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.1' } })).status).toBe(401)
  })

  it('is answered with every security header, page and API alike', async () => {
    for (const path of ['/sign-in', '/no-such-page', '/api/v1/me', '/api/v1/no-such-route']) {
      const { headers } = await newVisitor().send(path)
      expect(headers.get('content-security-policy'), path).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic'/)
      expect(headers.get('x-content-type-options'), path).toBe('nosniff')
      expect(headers.get('x-frame-options'), path).toBe('DENY')
      expect(headers.get('cross-origin-opener-policy'), path).toBe('same-origin')
      expect(headers.get('x-powered-by'), path).toBeNull()
    }
  })
})

describe('bad input', () => {
  const poison: unknown[] = [
    'nul \u0000 inside',
    '\ud800 half a character',
    '😀'.repeat(40),
    '\u202eright to left',
    "'; DROP TABLE tenant; --",
    '<script>alert(1)</script>',
    '%00%0d%0aset-cookie: a=b',
    '../../../../etc/passwd',
    '{{7*7}} <%= 7*7 %>',
    'a'.repeat(100_000),
    '',
    ' ',
    null,
    true,
    -1,
    1e308,
    [],
    {},
    [[[[[[[[]]]]]]]],
    { $ne: null },
    { constructor: { prototype: { polluted: 1 } } },
  ]

  const withBodies = operations.filter(({ definition }) => definition.body !== undefined)

  it.each(withBodies.map((operation) => [operation.name, operation] as const))(
    '%s refuses poison in every field with words, never with a crash',
    async (_name, operation) => {
      const { body: shape } = operation.definition
      const example = z.record(z.string(), z.unknown()).parse(shape?.meta()?.example)
      const optional = shape instanceof z.ZodObject && Object.keys(example).length === 0 ? Object.keys(shape.shape) : []
      // Somebody of their own: a poison that happens to be a good password ends every session of its person.
      const person = await newOwner()
      for (const field of [...Object.keys(example), ...optional]) {
        for (const value of poison) {
          const visitor = operation.definition.access === 'public' ? newVisitor() : person
          const response = await visitor.send(pathOf(operation), {
            method: operation.method,
            body: { ...example, [field]: value },
          })
          const text = await response.text()
          expect(
            response.status,
            `${field} = ${JSON.stringify(value)?.slice(0, 60)}: ${text.slice(0, 300)}`,
          ).toBeLessThan(500)
          expect(text).not.toMatch(/\bat .+:\d+:\d+|prisma|node_modules|SELECT |postgres/i)
        }
      }
    },
    120_000,
  )

  const reading = operations.filter(({ method, definition }) => method === 'GET' && definition.query !== undefined)
  it.each(reading.map((operation) => [operation.name, operation] as const))(
    '%s refuses poison in its query with words, never with a crash',
    async (_name, operation) => {
      if ('stream' in operation.definition.response) return expect(operation.name).toMatch(/export|stream/)
      const shape = operation.definition.query
      const fields = shape instanceof z.ZodObject ? Object.keys(shape.shape) : []
      expect(fields.length).toBeGreaterThan(0)
      for (const field of [...fields, 'unknown']) {
        for (const value of [
          '%00',
          '0000-01-01T00:00:00Z',
          '%ED%A0%80',
          '%',
          '-1',
          '9'.repeat(400),
          '%27%20OR%201=1',
          'e30',
          '[]=1',
        ]) {
          const response = await owner.send(`${pathOf(operation)}?${field}=${value}`)
          expect(response.status, `${field}=${value}: ${await response.text()}`).toBeLessThan(500)
        }
      }
    },
  )

  it('of more than 1 MiB, not JSON, or not UTF-8 is refused by its own name', async () => {
    const headers = { cookie: owner.cookie, origin: app.url, 'content-type': 'application/json' }
    const ask = async (body: BodyInit) => {
      const response = await fetch(`${app.url}/api/v1/team`, { method: 'PATCH', headers, body })
      return [response.status, z.object({ code: z.string() }).parse(await response.json()).code]
    }
    expect(await ask(JSON.stringify({ name: 'x'.repeat(1_100_000) }))).toEqual([413, 'payload-too-large'])
    expect(await ask('{"name": ')).toEqual([400, 'malformed-json'])
    expect(await ask('['.repeat(200_000))).toEqual([400, 'malformed-json'])
    expect(await ask('{"__proto__": {"name": "Taken"}}')).toEqual([422, 'invalid-input'])
  })
})
