import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AddressPolicy } from '#lib/net/address-policy.ts'
import { dial } from '#lib/net/dial.ts'
import { httpGet } from '#lib/net/http-get.ts'
import { resolve } from '#lib/net/resolve.ts'
import { secondMs } from '#lib/time.ts'
import { rootDir } from '#scripts/paths.ts'
import type { DnsAnswer, DnsQuestion, DnsServer } from '#tests/support/dns-server.ts'
import { startDnsServer } from '#tests/support/dns-server.ts'

const nothing: AddressPolicy = { privateRanges: [], loopback: [] }
const pair = (v4: readonly string[], v6: readonly string[] = []) => [...v4, ...v6]

const manyAddresses = Array.from({ length: 65 }, (_, index) => `8.8.4.${index}`)

/** What the DNS of the tests says; a rebinding name says something else at every later question. */
const zone: Readonly<Record<string, (question: DnsQuestion) => DnsAnswer>> = {
  'rebinding.test': ({ asked }) => [asked === 0 ? '127.0.0.2' : '127.0.0.1'],
  'flapping.test': ({ asked }) => [asked % 2 === 0 ? '127.0.0.2' : '127.0.0.1'],
  'public.test': () => pair(['8.8.8.8', '1.1.1.1'], ['2606:4700:4700::1111']),
  'one-of-two.test': () => ['8.8.8.8', '127.0.0.1'],
  'last-of-many.test': () => ['8.8.8.8', '1.1.1.1', '9.9.9.9', '10.0.0.1'],
  'other-family.test': () => pair(['8.8.8.8'], ['::1']),
  'mapped-metadata.test': () => pair(['8.8.8.8'], ['::ffff:169.254.169.254']),
  'link-local.test': () => pair(['8.8.8.8'], ['fe80::1']),
  'metadata.google.internal': () => ['169.254.169.254'],
  'alias.test': () => ({ alias: 'kubernetes.default.svc.cluster.local', addresses: ['10.96.0.1'] }),
  'granted-and-not.test': () => ['127.0.0.2', '127.0.0.1'],
  'only-six.test': ({ family }) => (family === 4 ? 'silent' : ['2606:4700:4700::1111']),
  'half-broken.test': ({ family }) => (family === 6 ? 'broken' : ['8.8.8.8']),
  'broken.test': () => 'broken',
  'silent.test': () => 'silent',
  'empty.test': () => [],
  'crowd.test': () => manyAddresses,
}

let dns: DnsServer
let granted: Server
let port: number
let visits: { granted: number; denied: number }

beforeAll(async () => {
  process.env.LOCALDOMAIN = 'search.test'
  dns = await startDnsServer((question) => zone[question.name]?.(question) ?? 'unknown')
  granted = createServer((_, response) => {
    visits.granted += 1
    response.end('granted')
  })
  port = await listen(granted, 0, '127.0.0.2')
  denied = createServer(() => undefined).on('connection', (socket) => {
    visits.denied += 1
    socket.destroy()
  })
  await listen(denied, port, '127.0.0.1')
})

let denied: Server

beforeEach(() => {
  visits = { granted: 0, denied: 0 }
  dns.questions.length = 0
})

afterAll(async () => {
  delete process.env.LOCALDOMAIN
  granted.close()
  denied.close()
  await dns[Symbol.asyncDispose]()
})

function listen(server: Server, wanted: number, address: string): Promise<number> {
  return new Promise((give, reject) => {
    server.once('error', reject)
    server.listen(wanted, address, () => give((server.address() as AddressInfo).port))
  })
}

const doorOf = (policy: AddressPolicy, signal = AbortSignal.timeout(8 * secondMs)) => ({
  policy,
  signal,
  dnsServers: [dns.address],
})

const grantOfOne = () => doorOf({ privateRanges: [], loopback: [`127.0.0.2:${port}`] })

describe('a name that changes its mind', () => {
  it('is asked about once, and what was judged is what is reached', async () => {
    const answer = await httpGet({ host: 'rebinding.test', port }, { ...grantOfOne(), path: '/', maxBytes: 100 })
    expect(answer.body.toString()).toBe('granted')
    expect(dns.questions.map(({ name, family }) => `${name}/${family}`).toSorted()).toEqual([
      'rebinding.test/4',
      'rebinding.test/6',
    ])
    expect(visits).toEqual({ granted: 1, denied: 0 })
  })

  it('is refused the next time', async () => {
    await expect(dial({ host: 'rebinding.test', port }, grantOfOne())).resolves.toBeDefined()
    await expect(dial({ host: 'rebinding.test', port }, grantOfOne())).rejects.toMatchObject({
      code: 'address-denied',
      details: { host: 'rebinding.test', port, address: '127.0.0.1', reason: 'loopback' },
    })
    expect(visits.denied).toBe(0)
  })

  it('never reaches what it is not granted in 200 tries at once', async () => {
    const tries = Array.from({ length: 200 }, async () => {
      const socket = await dial({ host: 'flapping.test', port }, grantOfOne())
      const { remoteAddress } = socket
      socket.destroy()
      return remoteAddress
    })
    const outcomes = await Promise.allSettled(tries)
    const reached = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []))
    expect(new Set(reached)).toEqual(new Set(['127.0.0.2']))
    expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true)
    expect(visits.denied).toBe(0)
  })
})

describe('a name with several addresses', () => {
  it('is open when all of them are, IPv4 first', async () => {
    await expect(resolve({ host: 'public.test', port: 2379 }, doorOf(nothing))).resolves.toEqual({
      host: 'public.test',
      port: 2379,
      address: '8.8.8.8',
      family: 4,
      others: ['1.1.1.1', '2606:4700:4700::1111'],
    })
  })

  it.each([
    ['one-of-two.test', '127.0.0.1', 'loopback'],
    ['last-of-many.test', '10.0.0.1', 'private'],
    ['other-family.test', '::1', 'loopback'],
    ['mapped-metadata.test', '169.254.169.254', 'metadata'],
    ['link-local.test', 'fe80::1', 'link-local'],
    ['metadata.google.internal', '169.254.169.254', 'metadata'],
    ['alias.test', '10.96.0.1', 'private'],
  ])('%s is refused for %s alone', async (host, address, reason) => {
    await expect(dial({ host, port }, doorOf(nothing))).rejects.toMatchObject({
      code: 'address-denied',
      details: { host, port, address, reason },
    })
    expect(visits).toEqual({ granted: 0, denied: 0 })
  })

  it('is refused when one is granted and one is not', async () => {
    await expect(dial({ host: 'granted-and-not.test', port }, grantOfOne())).rejects.toMatchObject({
      code: 'address-denied',
      details: { address: '127.0.0.1', grant: `--allow 127.0.0.1:${port}` },
    })
    expect(visits).toEqual({ granted: 0, denied: 0 })
  })

  it('is refused when they are so many that only trouble can be meant', async () => {
    await expect(resolve({ host: 'crowd.test', port: 2379 }, doorOf(nothing))).rejects.toMatchObject({
      code: 'name-lookup-failed',
      details: { host: 'crowd.test', reason: 'TOO-MANY-ANSWERS' },
    })
  })

  it('needs an answer in one family only', async () => {
    const [broken, six] = await Promise.all([
      resolve({ host: 'half-broken.test', port: 2379 }, doorOf(nothing)),
      resolve({ host: 'only-six.test', port: 2379 }, doorOf(nothing, AbortSignal.timeout(secondMs))),
    ])
    expect([broken.address, six.address, six.family]).toEqual(['8.8.8.8', '2606:4700:4700::1111', 6])
  })
})

describe('a name without an address', () => {
  it.each(['nobody.test', 'empty.test', 'nobody'])('%s is unknown', async (host) => {
    await expect(resolve({ host, port: 2379 }, doorOf(nothing))).rejects.toMatchObject({
      code: 'name-unknown',
      details: { host, port: 2379 },
    })
  })

  it('is not sought in the search domains of this machine', async () => {
    await expect(resolve({ host: 'nobody', port: 2379 }, doorOf(nothing))).rejects.toThrow()
    expect(new Set(dns.questions.map(({ name }) => name))).toEqual(new Set(['nobody']))
  })

  it('is told apart from a server that fails and from one that says nothing', async () => {
    const failed = { code: 'name-lookup-failed' }
    const [broken, silent] = await Promise.allSettled([
      resolve({ host: 'broken.test', port: 2379 }, doorOf(nothing)),
      resolve({ host: 'silent.test', port: 2379 }, doorOf(nothing)),
    ])
    expect(broken).toMatchObject({ reason: { ...failed, details: { reason: 'ESERVFAIL' } } })
    expect(silent).toMatchObject({ reason: { ...failed, details: { reason: 'ETIMEOUT' } } })
  })
})

describe('a DNS server that says nothing', () => {
  it('is given 2.5 seconds', async () => {
    const limit = AbortSignal.timeout(3 * secondMs)
    await expect(resolve({ host: 'silent.test', port: 2379 }, doorOf(nothing, limit))).rejects.toMatchObject({
      code: 'name-lookup-failed',
    })
    expect(limit.aborted).toBe(false)
  })

  it('is not waited for by somebody who has less time', async () => {
    await expect(
      resolve({ host: 'silent.test', port: 2379 }, doorOf(nothing, AbortSignal.timeout(100))),
    ).rejects.toMatchObject({ code: 'name-lookup-failed', details: { reason: 'ETIMEOUT' } })
  })

  it('is not waited for by somebody who has changed their mind', async () => {
    const cancel = new AbortController()
    const reason = new Error('nobody waits any more')
    const waiting = resolve({ host: 'silent.test', port: 2379 }, doorOf(nothing, cancel.signal))
    await expect.poll(() => dns.questions.length).toBeGreaterThan(0)
    cancel.abort(reason)
    await expect(waiting).rejects.toBe(reason)
  })

  it('keeps no thread busy: with 100 such names in the air, the thread pool answers at once', async () => {
    const waiting = Array.from({ length: 100 }, (_, index) =>
      resolve({ host: 'silent.test', port: 2379 + index }, doorOf(nothing, AbortSignal.timeout(2 * secondMs))),
    )
    const outcomes = Promise.allSettled(waiting)
    const startedAt = performance.now()
    await Promise.all(Array.from({ length: 8 }, () => stat('/')))
    expect(performance.now() - startedAt).toBeLessThan(500)
    expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true)
  })
})

describe('the configured DNS servers', () => {
  it("are asked instead of the machine's own, by a process that was given no others", async () => {
    const program = `
      import { resolve } from '#lib/net/resolve.ts'
      const door = { policy: { privateRanges: [], loopback: [] }, signal: AbortSignal.timeout(5000) }
      const { address } = await resolve({ host: 'public.test', port: 2379 }, door)
      process.stdout.write(address)`
    const env = {
      NODE_ENV: 'test' as const,
      PUBLIC_URL: 'http://localhost:3000',
      DATABASE_URL_APP: 'postgresql://app@127.0.0.1/a',
      DATABASE_URL_SYSTEM: 'postgresql://system@127.0.0.1/a',
      REDIS_URL: 'redis://127.0.0.1',
      ROOT_KEYS: `k1:${'a'.repeat(64)}`,
      NEXTAUTH_SECRET: 'x'.repeat(32),
      DNS_SERVERS: dns.address,
    }
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      cwd: rootDir,
      env,
    })
    expect(stdout).toBe('8.8.8.8')
  })
})
