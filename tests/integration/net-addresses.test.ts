import { once } from 'node:events'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { AddressPolicy } from '#lib/net/address-policy.ts'
import { dial, dialChecked } from '#lib/net/dial.ts'
import { dialTls } from '#lib/net/dial-tls.ts'
import type { Door } from '#lib/net/door.ts'
import { doorAgent } from '#lib/net/door-agent.ts'
import { httpGet } from '#lib/net/http-get.ts'
import { makeOwnEndpoint } from '#lib/net/make-own-endpoint.ts'
import type { Destination, NamedEndpoint, OwnEndpoint } from '#lib/net/own-endpoint.ts'
import { resolve } from '#lib/net/resolve.ts'
import { addressCorpus } from '#tests/support/address-corpus.ts'
import type { Canary } from '#tests/support/canary.ts'
import { startCanary } from '#tests/support/canary.ts'
import type { DnsServer } from '#tests/support/dns-server.ts'
import { startDnsServer } from '#tests/support/dns-server.ts'

const nothing: AddressPolicy = { privateRanges: [], loopback: [] }
const forms = addressCorpus.flatMap(([kind, hosts]) => hosts.map((host) => [kind, host] as const))

/** Forms that getaddrinfo takes for this machine. The others are not tried: they could lead a plain connection elsewhere. */
const deceptive = [
  ...['127.0.0.1', '127.0.0.2', '127.1', '127.0.1', '0', '0.0.0.0', '2130706433', 'localhost'],
  ...['0177.0.0.1', '017700000001', '0x7f.1', '0x7f000001', '0X7F000001', '0177.0x0.0.1', '::ffff:127.0.0.1'],
]

let canary: Canary
let dns: DnsServer

beforeAll(async () => {
  canary = await startCanary()
  // A resolver in league with the attacker: whatever name is let through leads to this machine.
  dns = await startDnsServer(({ family }) => [family === 4 ? '127.0.0.1' : '::1'])
})

afterAll(async () => {
  await canary[Symbol.asyncDispose]()
  await dns[Symbol.asyncDispose]()
})

afterEach(() => {
  canary.connects.length = 0
})

const doorOf = (policy: AddressPolicy): Door => ({
  policy,
  signal: AbortSignal.timeout(5_000),
  dnsServers: [dns.address],
})

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  return await attempt.then(
    () => 'passed',
    (error: unknown) => String(error instanceof Error && Reflect.get(error, 'code')),
  )
}

/** Ends once nothing that was started before can still arrive. */
async function settle(): Promise<void> {
  const before = canary.connects.length
  const probe = connect({ port: canary.port, host: '127.0.0.1' }).on('error', () => undefined)
  await expect.poll(() => canary.connects.length).toBeGreaterThan(before)
  probe.destroy()
  canary.connects.pop()
}

describe('the corpus of addresses', () => {
  it('is long enough, and no form stands in it twice', () => {
    expect(forms.length).toBeGreaterThanOrEqual(60)
    expect(new Set(forms.map(([, host]) => host)).size).toBe(forms.length)
  })

  it.each(deceptive)('holds %s, which leads a plain connection here', async (host) => {
    expect(forms.map(([, form]) => form)).toContain(host)
    await plainConnect(host)
    expect(canary.connects).toHaveLength(1)
  })

  it.each(forms)('is refused: %s, %j', async (_, host) => {
    const code = await codeOf(resolve({ host, port: canary.port }, doorOf(nothing)))
    expect(['address-denied', 'address-malformed']).toContain(code)
  })

  it('reaches nobody through any way out', async () => {
    for (const [, host] of forms) {
      const destination = { host, port: canary.port }
      const door = doorOf(nothing)
      const codes = await Promise.all([
        codeOf(dial(destination, door)),
        codeOf(dialTls(destination, { ...door, tls: {} })),
        codeOf(httpGet(destination, { ...door, path: '/', maxBytes: 10 })),
        codeOf(httpGet(destination, { ...door, tls: {}, path: '/', maxBytes: 10 })),
        codeOf(throughAgent(destination)),
      ])
      expect(
        codes.filter((code) => !['address-denied', 'address-malformed'].includes(code)),
        host,
      ).toEqual([])
    }
    await settle()
    expect(canary.connects).toEqual([])
  })

  it('reaches nobody with grants that cover everything there is but this port', async () => {
    const policy = {
      privateRanges: ['0.0.0.0/0', '::/0', '10.0.0.0/8', 'fc00::/7'],
      loopback: ['127.0.0.1:1', '[::1]:1', '127.0.0.1', 'localhost', '*'],
    }
    const here = forms.filter(([kind]) => kind !== 'private')
    for (const [, host] of here) {
      const code = await codeOf(dial({ host, port: canary.port }, doorOf(policy)))
      expect(['address-denied', 'address-malformed'], host).toContain(code)
    }
    await settle()
    expect(canary.connects).toEqual([])
  })

  it('reaches this machine when exactly this socket is granted, and only by names of it', async () => {
    const policy = { privateRanges: [], loopback: [`127.0.0.1:${canary.port}`] }
    const passed: string[] = []
    for (const [, host] of forms) {
      if ((await codeOf(dial({ host, port: canary.port }, doorOf(policy)))) === 'passed') passed.push(host)
    }
    await settle()
    expect(canary.connects.length).toBe(passed.length)
    const honest = ['127.0.0.1', 'localhost', 'LOCALHOST', 'etcd.localhost', '::ffff:127.0.0.1', '[::ffff:7f00:1]']
    const same = ['::ffff:7f00:0001', '0:0:0:0:0:ffff:127.0.0.1']
    expect(passed.toSorted()).toEqual([...honest, ...same].toSorted())
  })
})

describe("this machine's own addresses", () => {
  const own = Object.values(networkInterfaces())
    .flatMap((card) => card ?? [])
    .filter(({ internal, scopeid = 0 }) => !internal && scopeid === 0)
    .map(({ address }) => address)

  it('are those of its network cards', () => {
    expect(own.length).toBeGreaterThan(0)
  })

  it.each(own)('%s is no way to what listens here, even where its range is granted or public', async (host) => {
    const door = doorOf({ privateRanges: ['0.0.0.0/0', '::/0'], loopback: [] })
    await expect(dial({ host, port: canary.port }, door)).rejects.toMatchObject({ code: 'address-denied' })
    await settle()
    expect(canary.connects).toEqual([])
  })
})

describe('a judged address', () => {
  it('cannot be forged either', async () => {
    const policy = { privateRanges: [], loopback: [`127.0.0.1:${canary.port}`] }
    const checked = await resolve({ host: '127.0.0.1', port: canary.port }, doorOf(policy))
    await expect(dialChecked({ ...checked }, doorOf(policy).signal)).rejects.toThrow('did not judge')
    expect(Reflect.set(checked, 'address', '127.0.0.2')).toBe(false)
    expect(Reflect.set(checked.others, 0, '127.0.0.2')).toBe(false)
    await settle()
    expect(canary.connects).toEqual([])
  })
})

describe('the refusal of an address on this machine', () => {
  it('names the option that opens exactly this socket', async () => {
    const refused = resolve({ host: 'localhost', port: 2379 }, doorOf(nothing))
    await expect(refused).rejects.toMatchObject({
      code: 'address-denied',
      message: expect.stringContaining('npm start -- --allow 127.0.0.1:2379'),
      details: {
        host: 'localhost',
        port: 2379,
        address: '127.0.0.1',
        reason: 'loopback',
        grant: '--allow 127.0.0.1:2379',
      },
    })
  })
})

describe('an endpoint of our own', () => {
  it('is reached without a grant', async () => {
    const socket = await dial(makeOwnEndpoint({ address: '127.0.0.1', port: canary.port }), doorOf(nothing))
    socket.destroy()
    await expect.poll(() => canary.connects.length).toBe(1)
  })

  it('cannot be forged: what looks like one is refused', async () => {
    const own = makeOwnEndpoint({ address: '127.0.0.1', port: canary.port })
    const forgeries: unknown[] = [
      { address: '127.0.0.1', port: canary.port },
      { ...own },
      Object.create(own),
      structuredClone(own),
      JSON.parse(JSON.stringify(own)),
      { ...own, host: '127.0.0.1' },
      Object.assign(Object.create(Object.getPrototypeOf(own)), own),
    ]
    for (const forgery of forgeries) {
      const code = await codeOf(dial(forgery as Destination, doorOf(nothing)))
      expect(['address-denied', 'address-malformed']).toContain(code)
    }
    await settle()
    expect(canary.connects).toEqual([])
  })

  it('cannot be turned to another place', () => {
    const own: OwnEndpoint = makeOwnEndpoint({ address: '127.0.0.1', port: canary.port })
    expect(Reflect.set(own, 'address', '169.254.169.254')).toBe(false)
    expect(own.address).toBe('127.0.0.1')
  })
})

/** What a program without our door would do; over when the canary has hung up. */
async function plainConnect(host: string): Promise<void> {
  const socket = connect({ host, port: canary.port }).resume()
  await once(socket, 'close')
}

function throughAgent({ host, port }: NamedEndpoint): Promise<unknown> {
  const agent = doorAgent('http:', { policy: nothing, dnsServers: [dns.address] })
  return new Promise((give, reject) => {
    agent.createConnection({ host, port }, (failure, socket) => (failure ? reject(failure) : give(socket)))
  })
}
