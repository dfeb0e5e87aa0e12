import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EtcdTls } from '#lib/etcd/connection.ts'
import { passingPlacesOf } from '#lib/etcd/connection-limits.ts'
import { ConnectionPool } from '#lib/etcd/connection-pool.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { TokenCache } from '#lib/etcd/tokens.ts'
import { makeAuthority } from '#lib/etcd-server/certificates.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { Secret } from '#lib/secret.ts'
import { startCanary } from '#tests/support/canary.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo, countCalls, grantsOf, namedEndpoint } from '#tests/support/etcd-access.ts'
import { startTcpRelay } from '#tests/support/tcp-relay.ts'

const reader = { username: 'kstone-reader', password: new Secret('of-reader') }
const root = { username: 'root', password: new Secret('of-root') }
const users = [
  { name: root.username, password: root.password },
  { name: reader.username, password: reader.password, grants: [{ access: 'read' as const, prefix: '/' }] },
]
const key = Buffer.from('/x')
const put = { perform: [{ put: { key, value: Buffer.from('1') } }] }

function firstOf<Item>(items: readonly Item[]): Item {
  const [first] = items
  if (first === undefined) throw new Error('There is none')
  return first
}

/** The access to a cluster through wires of the test's own, in the members' order. */
async function relayed(etcd: RunningEtcd) {
  const relays = await Promise.all(etcd.members.map(({ endpoint }) => startTcpRelay(endpoint)))
  const scheme = etcd.tls ? 'https' : 'http'
  const access = accessTo(etcd, {
    endpoints: relays.map(({ port }) => namedEndpoint(port, { scheme })),
    door: grantsOf(...relays.map(({ port }) => port)),
    addressMap: Object.fromEntries(
      etcd.members.map(({ endpoint }, index) => [`127.0.0.1:${endpoint.port}`, `127.0.0.1:${relays[index]?.port}`]),
    ),
  })
  const dispose = async () => {
    await Promise.all(relays.map((relay) => relay[Symbol.asyncDispose]()))
  }
  return { relays, access, [Symbol.asyncDispose]: dispose }
}

/** Somebody with certificates the cluster knows nothing of. */
async function makeStranger() {
  const authority = await makeAuthority('stranger')
  const { certPem, keyPem } = await authority.issue({ name: 'stranger', usages: ['client'] })
  return { caPem: authority.certPem, client: { clientCertPem: certPem, clientKeyPem: keyPem } }
}

describe.each(['3.4', '3.5'])('three members of etcd %s with users and mutual TLS', (version) => {
  let etcd: RunningEtcd
  let stranger: Awaited<ReturnType<typeof makeStranger>>
  beforeAll(async () => {
    stranger = await makeStranger()
    etcd = await startEtcd({ version, members: 3, tls: 'mutual', users })
  })
  afterAll(() => etcd.stop())

  test('authenticate once for 1,000 calls to all of them over cut connections', async () => {
    await using wires = await relayed(etcd)
    const shared = { connections: new ConnectionPool(10), tokens: new TokenCache() }
    const access = { ...wires.access, reader }
    const count = () => countCalls(openEtcd(accessTo(etcd)).metrics, accessTo(etcd), 'Authenticate')
    const before = await count()
    for (let round = 0; round < 20; round += 1) {
      const calls = Array.from({ length: 50 }, (_, index) => access.endpoints[index % 3])
      await Promise.all(calls.map((endpoint) => openEtcd(access, shared).keys.find(key, { endpoint })))
      if (round % 5 === 4) for (const relay of wires.relays) relay.cut()
      await expect.poll(() => wires.relays.every(({ open }) => open < 2)).toBe(true)
    }
    expect([(await count()) - before, wires.relays.every(({ total }) => total >= 4)]).toEqual([1, true])
  })

  test('are given one new token when the old one is refused, and no call fails for it', async () => {
    const shared = { connections: new ConnectionPool(10), tokens: new TokenCache() }
    const access = accessTo(etcd, { reader, root })
    const client = openEtcd(access, shared)
    await Promise.all([client.keys.find(key), client.users.list()])
    const before = await countCalls(client.metrics, access, 'Authenticate')
    // etcd forgets the tokens of a user whose password is set.
    await client.users.changePassword(reader.username, reader.password)
    const everywhere = access.endpoints.flatMap((endpoint) => Array.from({ length: 10 }, () => endpoint))
    await Promise.all(everywhere.map((endpoint) => client.keys.find(key, { endpoint })))
    expect((await countCalls(client.metrics, access, 'Authenticate')) - before).toBe(1)
  })

  test('are reached by the map from advertised addresses, and members() says so', async () => {
    await using wires = await relayed(etcd)
    const { members } = await openEtcd({ ...wires.access, reader }).members()
    const ports = members.map(({ endpoint }) => endpoint?.destination.port)
    expect(new Set(ports)).toEqual(new Set(wires.relays.map(({ port }) => port)))
  })

  test('know a stranger by a certificate that is nobody’s, and ask a nameless one for a user', async () => {
    const nameless = openEtcd(accessTo(etcd))
    const { code } = await nameless.leases.grant(5n).then(
      () => ({ code: 'granted' }),
      (error: unknown) => error as { code: string },
    )
    expect(['granted', 'etcd-auth-required', 'etcd-permission-denied']).toContain(code)
    await expect(nameless.users.list()).rejects.toMatchObject({ code: 'etcd-auth-required' })
  })

  test.each<{ what: string; change: (tls: EtcdTls) => EtcdTls; reason: string }>([
    {
      what: 'an authority nobody vouches for',
      change: (tls) => ({ ...tls, caPem: stranger.caPem }),
      reason: 'certificate-untrusted',
    },
    { what: 'no authority of the cluster', change: ({ caPem: _, ...tls }) => tls, reason: 'certificate-untrusted' },
    {
      what: 'another name',
      change: (tls) => ({ ...tls, serverName: 'etcd.example.com' }),
      reason: 'certificate-name-mismatch',
    },
    { what: 'no client certificate', change: ({ caPem }) => ({ caPem }), reason: 'client-certificate-required' },
    {
      what: 'a certificate of others',
      change: ({ caPem }) => ({ ...stranger.client, caPem }),
      reason: 'client-certificate-refused',
    },
    {
      what: 'another key',
      change: (tls) => ({ ...tls, clientKeyPem: stranger.client.clientKeyPem }),
      reason: 'client-key-mismatch',
    },
    {
      what: 'a key that is none',
      change: (tls) => ({ ...tls, clientKeyPem: new Secret('nonsense') }),
      reason: 'certificate-unreadable',
    },
  ])('refuse $what with its name', async ({ change, reason }) => {
    const access = accessTo(etcd)
    const client = openEtcd({ ...access, tls: change(access.tls ?? {}) }, { connections: new ConnectionPool(3) })
    await expect(client.status(firstOf(access.endpoints))).rejects.toMatchObject({
      code: 'etcd-tls-failed',
      retryable: false,
      details: { reason },
    })
  })

  test('are trusted under the name a person says they have', async () => {
    const access = accessTo(etcd)
    const client = openEtcd({ ...access, tls: { ...access.tls, serverName: 'localhost' } })
    expect((await client.status(firstOf(access.endpoints))).version).toBe(etcd.version)
  })
})

describe('connections', () => {
  let etcd: RunningEtcd
  beforeAll(async () => {
    etcd = await startEtcd({ members: 3 })
  })
  afterAll(() => etcd.stop())

  test('never hold more sockets than the cap, however many members are asked at once', async () => {
    await using wires = await relayed(etcd)
    const connections = new ConnectionPool(2)
    const client = openEtcd(wires.access, { connections })
    const open = () => wires.relays.reduce((sum, relay) => sum + relay.open, 0)
    let openCountMax = 0
    for (let round = 0; round < 5; round += 1) {
      const calls = Array.from({ length: 60 }, async (_, index) => {
        await client.keys.find(key, { endpoint: wires.access.endpoints[index % 3], timeoutMs: 20_000 })
        openCountMax = Math.max(openCountMax, connections.openCount)
      })
      await Promise.all(calls)
      await expect.poll(open).toBeLessThanOrEqual(2)
    }
    // Whoever waits for the same member is served by one connection, so the cap costs few handshakes.
    const total = wires.relays.reduce((sum, relay) => sum + relay.total, 0)
    expect([openCountMax, total < 30]).toEqual([2, true])
    connections.close()
    await expect.poll(open).toBe(0)
  })

  test('are kept when members are visited in rounds and are more than places: only those beyond are met anew', async () => {
    const keptCount = 18
    const connections = new ConnectionPool(keptCount + passingPlacesOf(20))
    const member = firstOf(etcd.members).endpoint
    const relays = await Promise.all(Array.from({ length: 1.5 * keptCount }, () => startTcpRelay(member)))
    try {
      const ports = relays.map(({ port }) => port)
      const endpoints = ports.map((port) => namedEndpoint(port))
      const client = openEtcd({ endpoints, door: grantsOf(...ports) }, { connections })
      const visit = async (those = endpoints) => {
        const before = relays.map(({ total }) => total)
        for (const endpoint of those) await client.status(endpoint)
        return relays.filter(({ total }, index) => total > (before[index] ?? 0)).length
      }
      // Those for large answers take nobody's place.
      for (const endpoint of endpoints.slice(0, keptCount / 2)) await client.keys.find(key, { endpoint })
      const opened = [await visit(), await visit(), await visit()]
      expect(opened).toEqual([1.5 * keptCount, 0.5 * keptCount, 0.5 * keptCount])

      // Where one of those that are kept is lost, one that came too late stays.
      const lost = endpoints.slice(0, 3)
      for (const relay of relays.slice(0, 3)) await relay[Symbol.asyncDispose]()
      await Promise.allSettled(lost.map((endpoint) => client.status(endpoint)))
      const others = endpoints.slice(3)
      await visit(others)
      expect(await visit(others)).toBe(0.5 * keptCount - 3)
      connections.close()
    } finally {
      await Promise.all(relays.map((relay) => relay[Symbol.asyncDispose]()))
    }
  })

  test('are shared by everybody who speaks to the same member in the same way', async () => {
    await using wires = await relayed(etcd)
    const connections = new ConnectionPool(10)
    const calls = Array.from({ length: 30 }, () =>
      openEtcd(wires.access, { connections }).status(firstOf(wires.access.endpoints)),
    )
    await Promise.all(calls)
    expect(wires.relays[0]?.total).toBe(1)
    connections.close()
  })

  test('go nowhere an operator has not opened, whatever address a member advertises', async () => {
    await using canary = await startCanary()
    const elsewhere = `http://127.0.0.1:${canary.port}`
    await using lying = await startEtcd({ extraArgs: [`--advertise-client-urls=${elsewhere}`] })
    const access = accessTo(lying, {
      endpoints: [namedEndpoint(firstOf(lying.members).endpoint.port)],
      door: grantsOf(firstOf(lying.members).endpoint.port),
    })
    const client = openEtcd(access)
    const { members } = await client.members()
    const { endpoint } = firstOf(members)
    if (!endpoint) throw new Error('The member advertises nothing')
    const denied = { code: 'address-denied', details: { grant: `--allow 127.0.0.1:${canary.port}` } }
    await expect(client.status(endpoint)).rejects.toMatchObject(denied)
    await expect(client.metrics(endpoint)).rejects.toMatchObject(denied)
    expect(canary.connects).toEqual([])
  })

  test('take no proxy from the environment', async () => {
    await using canary = await startCanary()
    const proxy = `http://127.0.0.1:${canary.port}`
    const names = ['http_proxy', 'https_proxy', 'grpc_proxy', 'HTTP_PROXY', 'HTTPS_PROXY']
    const before = names.map((name) => [name, process.env[name]] as const)
    for (const name of names) process.env[name] = proxy
    try {
      const client = openEtcd(accessTo(etcd), { connections: new ConnectionPool(3) })
      expect((await client.members()).members).toHaveLength(3)
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
    }
    expect(canary.connects).toEqual([])
  })

  test('that nobody takes fail at once, with the reason', async () => {
    await using relay = await startTcpRelay(firstOf(etcd.members).endpoint)
    const { port } = relay
    await relay[Symbol.asyncDispose]()
    const client = openEtcd({ endpoints: [namedEndpoint(port)], door: grantsOf(port) })
    await expect(client.members()).rejects.toMatchObject({
      code: 'etcd-unavailable',
      retryable: true,
      details: { reason: 'connection-refused' },
    })
  })

  test('of TLS to a server without are named as what they are', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const client = openEtcd({ endpoints: [namedEndpoint(port, { scheme: 'https' })], door: grantsOf(port) })
    await expect(client.members()).rejects.toMatchObject({
      code: 'etcd-tls-failed',
      details: { reason: 'tls-not-spoken' },
    })
    server.close()
  })

  test('to something that speaks HTTP but is no etcd are told from a failing etcd', async () => {
    const server = createServer((_, response) => response.writeHead(200).end('<html>hello</html>'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const client = openEtcd({ endpoints: [namedEndpoint(port)], door: grantsOf(port) })
    const endpoint = firstOf(client.access.endpoints)
    await expect(client.members()).rejects.toMatchObject({ code: 'etcd-not-etcd' })
    await expect(client.version(endpoint)).rejects.toMatchObject({ code: 'etcd-not-etcd' })
    server.close()
  })
})

describe('calls', () => {
  let etcd: RunningEtcd
  beforeAll(async () => {
    etcd = await startEtcd({ members: 3 })
  })
  afterAll(() => etcd.stop())

  test('end with their deadline at a member that hangs, and a write says that it may have happened', async () => {
    const access = accessTo(etcd, { endpoints: [firstOf(accessTo(etcd).endpoints)] })
    const client = openEtcd(access, { connections: new ConnectionPool(3) })
    await client.keys.find(key)
    firstOf(etcd.members).kill('SIGSTOP')
    try {
      const begun = performance.now()
      const outcomes = await Promise.allSettled([
        client.keys.find(key, { timeoutMs: 300 }),
        client.keys.transact({ ...put, timeoutMs: 300 }),
      ])
      expect(performance.now() - begun).toBeLessThan(1500)
      expect(outcomes).toMatchObject([
        { reason: { code: 'etcd-timeout', details: { outcome: 'not-done' } } },
        { reason: { code: 'etcd-timeout', details: { outcome: 'unknown' } } },
      ])
      const fresh = openEtcd(access, { connections: new ConnectionPool(3) })
      await expect(fresh.keys.transact({ ...put, timeoutMs: 300 })).rejects.toMatchObject({
        details: { reason: 'connection-timed-out' },
      })
    } finally {
      firstOf(etcd.members).kill('SIGCONT')
    }
  })

  test('end at once when their caller no longer wants them', async () => {
    const client = openEtcd(accessTo(etcd))
    await client.keys.find(key)
    const caller = new AbortController()
    for (const member of etcd.members) member.kill('SIGSTOP')
    try {
      const call = client.keys.find(key, { signal: caller.signal })
      const reason = new Error('changed my mind')
      setTimeout(() => caller.abort(reason), 50)
      await expect(call).rejects.toBe(reason)
      await expect(client.keys.find(key, { signal: caller.signal })).rejects.toBe(reason)
    } finally {
      for (const member of etcd.members) member.kill('SIGCONT')
    }
  })

  test('that change something are never sent twice, and their outcome is known to be unknown', async () => {
    await using wires = await relayed(etcd)
    const client = openEtcd(wires.access, { connections: new ConnectionPool(3) })
    const counted = Buffer.from('/counted')
    const txns = () => countCalls(openEtcd(accessTo(etcd)).metrics, accessTo(etcd), 'Txn')
    await client.keys.find(key)
    const before = await txns()
    for (const member of etcd.members) member.kill('SIGSTOP')
    const write = client.keys.transact({ perform: [{ put: { key: counted, value: key } }] })
    const failed = expect(write).rejects.toMatchObject({ code: 'etcd-unavailable', details: { outcome: 'unknown' } })
    await wait(100)
    for (const relay of wires.relays) relay.cut()
    await failed
    for (const member of etcd.members) member.kill('SIGCONT')
    await expect.poll(async () => (await txns()) - before).toBe(1)
    await wait(200)
    expect((await txns()) - before).toBe(1)
  })

  test('that only look are answered by another member when theirs goes', async () => {
    const access = accessTo(etcd)
    const client = openEtcd(access, { connections: new ConnectionPool(3) })
    const member = firstOf(etcd.members)
    await client.keys.find(key)
    await member.stop()
    try {
      expect((await client.keys.page({ range: { key } })).header.memberId).not.toBe(0n)
      // Nothing can be sent to a member that is down, so a write is free to go elsewhere too.
      expect(await openEtcd(access).keys.transact(put)).toMatchObject({ isDone: true })
    } finally {
      await member.restart()
    }
  })

  test('to a cluster without a leader say so', async () => {
    await using lonely = await startEtcd({ members: 3 })
    const access = accessTo(lonely, { endpoints: [firstOf(accessTo(lonely).endpoints)] })
    const client = openEtcd(access)
    await Promise.all(lonely.members.slice(1).map((member) => member.kill('SIGKILL')))
    await expect
      .poll(async () => (await client.status(firstOf(access.endpoints))).leaderId, { timeout: 10_000 })
      .toBe(0n)
    const status = await client.status(firstOf(access.endpoints))
    expect(status.errors.join()).toContain('no leader')
    await expect(client.keys.page({ range: { key }, isLinearizable: true })).rejects.toMatchObject({
      code: expect.stringMatching(/^etcd-(no-leader|timeout)$/),
    })
    expect((await client.keys.page({ range: { key } })).count).toBe(0n)
  })

  test('that find the database full say so, and the alarm can be taken away once there is room', async () => {
    await using full = await startEtcd({ quotaBytes: 4 * 1024 * 1024 })
    const client = openEtcd(accessTo(full))
    const fill = async () => {
      for (let index = 0; index < 100; index += 1) {
        await client.keys.transact({
          perform: [{ put: { key: Buffer.from(`/fill/${index}`), value: Buffer.alloc(100_000) } }],
        })
      }
    }
    await expect(fill()).rejects.toMatchObject({ code: 'etcd-nospace' })
    const alarms = await client.alarms()
    expect(alarms).toMatchObject([{ kind: 'nospace' }])
    const { header } = await client.keys.transact({
      perform: [{ delete: { key: Buffer.from('/fill/'), end: Buffer.from('/fill0') } }],
    })
    await client.compact(header.revision, { isPhysical: true })
    await client.defragment(firstOf(client.access.endpoints))
    await Promise.all(alarms.map((alarm) => client.disarm(alarm)))
    expect([await client.alarms(), await client.keys.transact(put)]).toMatchObject([[], { isDone: true }])
  })
})
