import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConnectionPool } from '#lib/etcd/connection-pool.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { prefixRange } from '#lib/etcd/keys.ts'
import { TokenCache } from '#lib/etcd/tokens.ts'
import type { WatchMessage } from '#lib/etcd/watch.ts'
import type { WatchQuestion } from '#lib/etcd/watch-stream.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { Secret } from '#lib/secret.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo, grantsOf, namedEndpoint } from '#tests/support/etcd-access.ts'
import { startTcpRelay } from '#tests/support/tcp-relay.ts'

const bytes = (text: string) => Buffer.from(text)

/** Reads a watch into a list until it is stopped. */
function follow(client: EtcdClient, question: WatchQuestion) {
  const stop = new AbortController()
  const messages: WatchMessage[] = []
  const values = () =>
    messages.flatMap((message) =>
      message.kind === 'events' ? message.events.map(({ entry }) => entry.value.toString()) : [],
    )
  const done = (async () => {
    for await (const message of client.watch({ ...question, signal: stop.signal })) messages.push(message)
  })()
  const isConnected = () => messages.some(({ kind }) => kind === 'connected')
  return {
    messages,
    values,
    connected: () => expect.poll(isConnected).toBe(true),
    stop: async () => {
      stop.abort()
      await done
    },
  }
}

describe.each(['3.4', '3.5'])('a watch of etcd %s', (version) => {
  const users = [{ name: 'root', password: new Secret('of-root') }]
  const reader = { username: 'root', password: new Secret('of-root') }
  let etcd: RunningEtcd
  let client: EtcdClient
  beforeAll(async () => {
    etcd = await startEtcd({ version, members: 3, tls: 'server', users })
    client = openEtcd(accessTo(etcd, { reader, root: reader }))
  })
  afterAll(() => etcd.stop())

  const put = (key: string, value: string) =>
    client.keys.transact({ perform: [{ put: { key: bytes(key), value: bytes(value) } }] })

  test('tells every change in order with what was there before, and only the kind asked for', async () => {
    const range = prefixRange(bytes('/kinds/'))
    const all = follow(client, { range, withPrevious: true })
    const deletions = follow(client, { range, only: 'delete' })
    await Promise.all([all.connected(), deletions.connected()])
    await put('/kinds/a', '1')
    await put('/kinds/a', '2')
    await put('/elsewhere', '3')
    await client.keys.transact({ perform: [{ delete: { key: bytes('/kinds/a') } }] })
    const events = () => all.messages.flatMap((message) => (message.kind === 'events' ? message.events : []))
    await expect.poll(() => events().length).toBe(3)
    expect(
      events().map(({ kind, entry, previous }) => [kind, entry.value.toString(), previous?.value.toString()]),
    ).toEqual([
      ['put', '1', undefined],
      ['put', '2', '1'],
      ['delete', '', '2'],
    ])
    await expect.poll(() => deletions.messages.filter(({ kind }) => kind === 'events').length).toBe(1)
    await Promise.all([all.stop(), deletions.stop()])
  })

  test('goes on exactly where it was over connections cut again and again', async () => {
    const relay = await startTcpRelay(etcd.members[0]?.endpoint ?? { address: '', port: 0 })
    const access = accessTo(etcd, {
      endpoints: [namedEndpoint(relay.port, { scheme: 'https' })],
      door: grantsOf(relay.port),
      reader,
    })
    const watch = follow(openEtcd(access, { connections: new ConnectionPool(2) }), {
      range: prefixRange(bytes('/cut/')),
    })
    const count = (wanted: WatchMessage['kind']) => watch.messages.filter(({ kind }) => kind === wanted).length
    await watch.connected()
    for (let index = 0; index < 200; index += 1) {
      // Two events of one revision: a watch may break between them.
      await client.keys.transact({
        perform: [
          { put: { key: bytes('/cut/a'), value: bytes(`${index}a`) } },
          { put: { key: bytes('/cut/b'), value: bytes(`${index}b`) } },
        ],
      })
      if (index % 40 !== 20) continue
      // What is cut before it is there again is no cut.
      await expect.poll(() => count('connected') - count('interrupted')).toBe(1)
      relay.cut()
      await expect.poll(() => count('interrupted')).toBe((index + 20) / 40)
    }
    const expected = Array.from({ length: 200 }, (_, index) => [`${index}a`, `${index}b`]).flat()
    await expect.poll(() => watch.values().length, { timeout: 20_000 }).toBe(expected.length)
    expect(watch.values()).toEqual(expected)
    expect(count('interrupted')).toBe(5)
    await watch.stop()
    await relay[Symbol.asyncDispose]()
  })

  test('moves to another member when its own dies', async () => {
    const watch = follow(openEtcd(accessTo(etcd, { reader }), { connections: new ConnectionPool(5) }), {
      range: prefixRange(bytes('/moved/')),
    })
    await watch.connected()
    await put('/moved/a', 'before')
    const first = etcd.members[0]
    await first?.stop()
    await put('/moved/a', 'while down')
    await expect.poll(() => watch.values(), { timeout: 20_000 }).toEqual(['before', 'while down'])
    await first?.restart()
    await watch.stop()
  })

  test('begins at the revision asked for, and says when that is compacted', async () => {
    const { header } = await put('/past/a', '1')
    await put('/past/a', '2')
    const watch = follow(client, { range: prefixRange(bytes('/past/')), fromRevision: header.revision })
    await expect.poll(watch.values).toEqual(['1', '2'])
    await watch.stop()
    await client.compact(header.revision + 1n)
    const late = client.watch({ range: prefixRange(bytes('/past/')), fromRevision: header.revision })
    const read = async () => {
      for await (const message of late) if (message.kind === 'events') return
    }
    await expect(read()).rejects.toMatchObject({
      code: 'etcd-compacted',
      details: { compactRevision: String(header.revision + 1n), wantedRevision: String(header.revision) },
    })
  })

  test('waits for a slow reader instead of filling our memory', async () => {
    const { header } = await put('/slow/first', 'x')
    const value = Buffer.alloc(1_000_000)
    for (let index = 0; index < 100; index += 1) {
      await client.keys.transact({ perform: [{ put: { key: bytes(`/slow/${index}`), value } }] })
    }
    await using relay = await startTcpRelay(etcd.members[0]?.endpoint ?? { address: '', port: 0 })
    const access = accessTo(etcd, {
      endpoints: [namedEndpoint(relay.port, { scheme: 'https' })],
      door: grantsOf(relay.port),
      reader,
    })
    const slow = openEtcd(access, { connections: new ConnectionPool(2) })
    const messages = slow.watch({ range: prefixRange(bytes('/slow/')), fromRevision: header.revision })
    await messages.next()
    let count = 0
    const read = async () => {
      const { value: message } = await messages.next()
      if (message?.kind === 'events') count += message.events.length
    }
    await read()
    // Time enough for all 100 MB. gRPC holds 16 messages of at most 2 MB, the kernel some more.
    await wait(1000)
    expect(relay.answeredBytes).toBeLessThan(60_000_000)
    while (count < 101) await read()
    expect([count, relay.answeredBytes > 100_000_000]).toEqual([101, true])
    await messages.return(undefined)
  })

  test('is refused a range its user may not read', async () => {
    const someone = { username: 'someone', password: new Secret('of-someone') }
    await client.users.add(someone.username, someone.password)
    const denied = openEtcd(accessTo(etcd, { reader: someone }), { tokens: new TokenCache() })
    const messages = denied.watch({ range: prefixRange(bytes('/')) })
    await expect(messages.next()).rejects.toMatchObject({ code: 'etcd-permission-denied' })
  })

  test('is given a new token when the old one is refused', async () => {
    const someone = { username: 'watcher', password: new Secret('of-watcher') }
    await client.users.add(someone.username, someone.password)
    await client.users.grantRole({ user: someone.username, role: 'root' })
    const watching = openEtcd(accessTo(etcd, { reader: someone }), { tokens: new TokenCache() })
    await watching.keys.find(bytes('/x'))
    await client.users.changePassword(someone.username, someone.password)
    const watch = follow(watching, { range: prefixRange(bytes('/token/')) })
    await watch.connected()
    await put('/token/a', '1')
    await expect.poll(watch.values).toEqual(['1'])
    await watch.stop()
  })
})

test('a quiet watch tells how far it has come, so that a compaction does not cut it off', async () => {
  await using etcd = await startEtcd({ extraArgs: ['--experimental-watch-progress-notify-interval=200ms'] })
  const relay = await startTcpRelay(etcd.members[0]?.endpoint ?? { address: '', port: 0 })
  const client = openEtcd(
    { endpoints: [namedEndpoint(relay.port)], door: grantsOf(relay.port) },
    { connections: new ConnectionPool(2) },
  )
  const watch = follow(client, { range: prefixRange(bytes('/quiet/')) })
  await watch.connected()
  const direct = openEtcd(accessTo(etcd))
  const put = (key: string) => direct.keys.transact({ perform: [{ put: { key: bytes(key), value: bytes('x') } }] })
  await put('/loud')
  const { header } = await put('/loud')
  const progress = () => watch.messages.filter((message) => message.kind === 'progress').map(({ revision }) => revision)
  await expect.poll(progress).toContain(header.revision)
  await direct.compact(header.revision)
  relay.cut()
  await put('/quiet/a')
  await expect.poll(watch.values, { timeout: 10_000 }).toEqual(['x'])
  await watch.stop()
  await relay[Symbol.asyncDispose]()
})
