import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EtcdEndpoint } from '#lib/etcd/connection.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { prefixRange } from '#lib/etcd/keys.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { Secret } from '#lib/secret.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo } from '#tests/support/etcd-access.ts'

const reader = { username: 'kstone-reader', password: new Secret('of-reader') }
const root = { username: 'root', password: new Secret('of-root') }
const users = [
  { name: root.username, password: root.password },
  { name: reader.username, password: reader.password, grants: [{ access: 'read' as const, prefix: '/' }] },
]

const setups = [
  { kind: 'plain', members: 1, hasUsers: false },
  { kind: 'TLS', members: 1, tls: 'server' as const, hasUsers: false },
  { kind: 'TLS with users', members: 3, tls: 'server' as const, users, hasUsers: true },
]

const cases = ['3.4', '3.5'].flatMap((version) => setups.map((setup) => ({ version, ...setup })))
const bytes = (text: string) => Buffer.from(text)

describe.each(cases)('etcd $version, $kind', ({ hasUsers, kind, ...options }) => {
  let etcd: RunningEtcd
  /** Who looks: the reader, with root for what demands it. */
  let client: EtcdClient
  /** Who writes the tests' keys. */
  let writer: EtcdClient
  let member: EtcdEndpoint
  const isOld = options.version === '3.4'

  beforeAll(async () => {
    etcd = await startEtcd(options)
    const credentials = hasUsers ? { reader, root } : {}
    client = openEtcd(accessTo(etcd, credentials))
    writer = openEtcd(accessTo(etcd, hasUsers ? { reader: root, root } : {}))
    const [first] = client.access.endpoints
    if (!first) throw new Error('The cluster has no member')
    member = first
  })
  afterAll(() => etcd.stop())

  async function put(key: string, value: string) {
    await writer.keys.transact({ perform: [{ put: { key: bytes(key), value: bytes(value) } }] })
  }

  test('lists its members, agreed or as one sees them, each with the endpoint that reaches it', async () => {
    const agreed = await client.members()
    const seen = await client.members({ isSerializable: true, endpoint: member })
    expect(seen.members).toEqual(agreed.members)
    expect(new Set(agreed.members.map(({ endpoint }) => endpoint?.destination))).toEqual(
      new Set(etcd.members.map(({ endpoint }) => endpoint)),
    )
    for (const { id, name, isLearner, endpoint } of agreed.members) {
      expect([typeof id, name, isLearner]).toEqual(['bigint', expect.stringContaining(''), false])
      if (endpoint) expect((await client.status(endpoint)).header.memberId).toBe(id)
    }
  })

  test('tells how a member sees itself, in numbers of 64 bits', async () => {
    const status = await client.status(member)
    expect(status.version).toBe(etcd.version)
    expect(status.dbSizeBytes).toBeGreaterThan(0n)
    expect(status.dbSizeInUseBytes).toBeGreaterThan(0n)
    expect(status.raftIndex).toBeGreaterThanOrEqual(status.raftAppliedIndex)
    expect(status.leaderId).not.toBe(0n)
    expect(status.isLeader).toBe(status.leaderId === status.header.memberId)
    expect([status.isLearner, status.errors, status.storageVersion, status.dbSizeQuotaBytes]).toEqual([
      false,
      [],
      undefined,
      undefined,
    ])
  })

  test('is asked over HTTP for its version, health and metrics', async () => {
    expect(await client.version(member)).toMatchObject({ server: etcd.version })
    expect((await client.health(member)).isHealthy).toBe(true)
    expect(await client.metrics(member)).toContain('etcd_server_has_leader 1')
  })

  test('gives a range in pages of one revision, whatever is written meanwhile', async () => {
    for (let index = 0; index < 12; index += 1) await put(`/pages/${index.toString().padStart(2, '0')}`, 'x'.repeat(10))
    const range = prefixRange(bytes('/pages/'))
    const seen: string[] = []
    for await (const page of client.keys.pages({ range, limit: 5 })) {
      seen.push(...page.entries.map(({ key }) => key.toString()))
      await put('/pages/99', 'late')
    }
    expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => `/pages/${index.toString().padStart(2, '0')}`))
    expect((await client.keys.count({ range })).count).toBe(13n)
    const keysOnly = await client.keys.page({ range, limit: 1, keysOnly: true, isLinearizable: true })
    expect([keysOnly.count, keysOnly.entries[0]?.value.length, keysOnly.next]).toEqual([13n, 0, bytes('/pages/00\0')])
  })

  test('ends a page before it weighs more than wanted, but never before its first key', async () => {
    for (const name of ['a', 'b', 'c']) await put(`/heavy/${name}`, 'x'.repeat(1000))
    const question = { range: prefixRange(bytes('/heavy/')) }
    const sizes = async (sizeMaxBytes: number) => {
      const found: number[] = []
      for await (const { entries } of client.keys.pages({ ...question, sizeMaxBytes })) found.push(entries.length)
      return found
    }
    expect([await sizes(2500), await sizes(10)]).toEqual([
      [2, 1],
      [1, 1, 1],
    ])
  })

  test('writes only what nobody changed since it was read, and shows who lost what is there', async () => {
    const key = bytes('/guarded')
    const first = await writer.keys.put({ key, value: bytes('1'), expectedModRevision: 0n })
    const late = await writer.keys.put({ key, value: bytes('2'), expectedModRevision: 0n })
    expect(late).toMatchObject({ outcome: 'changed', current: { key, value: bytes('1') } })
    const revision = first.outcome === 'written' ? first.revision : 0n
    expect(await writer.keys.delete({ key, expectedModRevision: revision - 1n })).toMatchObject({ outcome: 'changed' })
    expect(await writer.keys.delete({ key, expectedModRevision: revision })).toMatchObject({ outcome: 'written' })
    expect(await client.keys.find(key, { isLinearizable: true })).toBeUndefined()
  })

  test('compares in every way a transaction knows, and answers each operation', async () => {
    const key = bytes('/compared')
    await put('/compared', 'old')
    const entry = await client.keys.find(key, { isLinearizable: true })
    const { isDone, results } = await writer.keys.transact({
      when: [
        { key, value: bytes('old') },
        { key, version: 2n, is: 'less' },
        { key, createRevision: 0n, is: 'greater' },
        { key, modRevision: entry?.modRevision ?? 0n },
        { key, lease: 1n, is: 'not-equal' },
      ],
      perform: [{ get: { key } }, { delete: { key } }],
      otherwise: [],
    })
    expect([isDone, results[0]?.entries[0]?.value.toString(), results[1]?.deletedCount]).toEqual([true, 'old', 1n])
  })

  test('grants, renews, tells and ends a lease, and says when there is none', async () => {
    const id = 4_611_686_018_427_387_905n
    expect(await writer.leases.grant(60n, { id })).toEqual({ id, ttlSeconds: 60n })
    await expect(writer.leases.grant(60n, { id })).rejects.toMatchObject({ code: 'etcd-already-exists' })
    await writer.keys.transact({ perform: [{ put: { key: bytes('/leased'), value: bytes('x'), lease: id } }] })
    expect(await writer.leases.keepAlive(id)).toBe(60n)
    expect(await writer.leases.timeToLive(id, { withKeys: true })).toMatchObject({
      grantedSeconds: 60n,
      keys: [bytes('/leased')],
    })
    expect(await writer.leases.list()).toContain(id)
    await writer.leases.revoke(id)
    expect(await client.keys.find(bytes('/leased'), { isLinearizable: true })).toBeUndefined()
    const gone = { code: 'etcd-lease-not-found' }
    await expect(writer.leases.keepAlive(id)).rejects.toMatchObject(gone)
    await expect(writer.leases.timeToLive(id)).rejects.toMatchObject(gone)
    await expect(writer.leases.revoke(id)).rejects.toMatchObject(gone)
  })

  test('hashes equal data equally on every member at one revision', async () => {
    await put('/hashed', 'x')
    const revision = (await client.keys.count({ range: { key: bytes('/hashed') }, isLinearizable: true })).header
      .revision
    const hashes = await Promise.all(client.access.endpoints.map((endpoint) => client.hashKv(endpoint, revision)))
    expect(new Set(hashes.map(({ hash, compactRevision }) => `${hash} ${compactRevision}`)).size).toBe(1)
    expect(hashes[0]?.hashRevision).toBe(isOld ? undefined : hashes[0]?.hashRevision)
    await expect(client.hashKv(member, revision + 1_000n)).rejects.toMatchObject({ code: 'etcd-future-revision' })
  })

  test('streams a snapshot whose last bytes are the digest of all before', async () => {
    await put('/snapshot', 'x'.repeat(100_000))
    const parts: Buffer[] = []
    for await (const { blob } of client.snapshot(member)) parts.push(blob)
    const whole = Buffer.concat(parts)
    expect(whole.length % 512).toBe(32)
    expect(createHash('sha256').update(whole.subarray(0, -32)).digest()).toEqual(whole.subarray(-32))
  })

  test('compacts, says so of what is gone, and defragments', async () => {
    await put('/compacted', '1')
    const { header } = await client.keys.count({ range: { key: bytes('/compacted') }, isLinearizable: true })
    await put('/compacted', '2')
    await writer.compact(header.revision + 1n, { isPhysical: true })
    const past = { range: { key: bytes('/compacted') }, revision: header.revision }
    await expect(client.keys.page(past)).rejects.toMatchObject({ code: 'etcd-compacted', status: 410 })
    await client.defragment(member)
    expect((await client.status(member)).dbSizeBytes).toBeGreaterThan(0n)
  })

  test('lists no alarm where there is none, and takes away one that is not there', async () => {
    expect(await client.alarms()).toEqual([])
    const { header } = await client.status(member)
    await client.disarm({ memberId: header.memberId, kind: 'corrupt' })
  })

  test('keeps users and roles', async () => {
    await client.roles.add('auditor')
    const permission = { right: 'read' as const, range: prefixRange(bytes('/audit/')) }
    await client.roles.grant('auditor', permission)
    await client.roles.grant('auditor', { right: 'readwrite', range: { key: bytes('/one') } })
    expect(await client.roles.get('auditor')).toEqual([
      permission,
      { right: 'readwrite', range: { key: bytes('/one'), end: undefined } },
    ])
    await client.roles.revoke('auditor', { key: bytes('/one') })
    await client.users.add('jo', new Secret('of-jo'))
    await client.users.add('cert-only', undefined)
    await client.users.changePassword('jo', new Secret('of-jo-2'))
    await client.users.grantRole({ user: 'jo', role: 'auditor' })
    expect([await client.users.get('jo'), await client.users.list()]).toEqual([
      ['auditor'],
      expect.arrayContaining(['jo', 'cert-only']),
    ])
    await expect(client.users.add('jo', undefined)).rejects.toMatchObject({ code: 'etcd-already-exists' })
    await client.users.revokeRole({ user: 'jo', role: 'auditor' })
    await client.users.delete('jo')
    await client.users.delete('cert-only')
    await client.roles.delete('auditor')
    await expect(client.users.get('jo')).rejects.toMatchObject({ code: 'etcd-not-found' })
    expect(await client.roles.list()).not.toContain('auditor')
  })

  test('says whether authentication is on, also to those who may not ask', async () => {
    const stranger = openEtcd(accessTo(etcd))
    const lookingOnly = openEtcd(accessTo(etcd, hasUsers ? { reader } : {}))
    const states = await Promise.all([client.auth.status(), stranger.auth.status(), lookingOnly.auth.status()])
    expect(states.map(({ isEnabled }) => isEnabled)).toEqual([hasUsers, hasUsers, hasUsers])
    expect(typeof states[0].authRevision).toBe(isOld ? 'undefined' : 'bigint')
  })

  test('refuses what is too large with a name for it', async () => {
    const tooLarge = { perform: [{ put: { key: bytes('/large'), value: Buffer.alloc(2 * 1024 * 1024) } }] }
    await expect(writer.keys.transact(tooLarge)).rejects.toMatchObject({ code: 'etcd-too-large' })
    const tooMany = { perform: Array.from({ length: 129 }, (_, index) => ({ get: { key: bytes(`/many/${index}`) } })) }
    await expect(writer.keys.transact(tooMany)).rejects.toMatchObject({ code: 'etcd-too-large' })
  })

  if (!hasUsers) {
    test('says that credentials prove nothing where authentication is off, and works all the same', async () => {
      const given = openEtcd(accessTo(etcd, { reader }))
      await expect(given.auth.prove(member, reader)).rejects.toMatchObject({ code: 'etcd-auth-disabled' })
      expect((await given.keys.count({ range: { key: bytes('/') } })).count).toBe(0n)
    })

    if (hasUsers)
      test('uses root for nothing but what demands it, and names what a reader may not', async () => {
        const lookingOnly = openEtcd(accessTo(etcd, { reader }))
        const needsRoot = { code: 'etcd-needs-root' }
        await expect(lookingOnly.hashKv(member)).rejects.toMatchObject({
          ...needsRoot,
          details: { call: 'Maintenance/HashKV' },
        })
        await expect(lookingOnly.defragment(member)).rejects.toMatchObject(needsRoot)
        await expect(lookingOnly.snapshot(member).next()).rejects.toMatchObject(needsRoot)
        await expect(lookingOnly.users.list()).rejects.toMatchObject(needsRoot)
        expect(await lookingOnly.users.get(reader.username)).toEqual([reader.username])
        // Root is at hand here, and still it is the reader who writes, and may not.
        const write = { perform: [{ put: { key: bytes('/denied'), value: bytes('x') } }] }
        await expect(client.keys.transact(write)).rejects.toMatchObject({ code: 'etcd-permission-denied' })
        await expect(client.keys.find(bytes('outside'))).rejects.toMatchObject({ code: 'etcd-permission-denied' })
      })
  }

  if (hasUsers) {
    test('tells a wrong password from none', async () => {
      const wrong = { username: reader.username, password: new Secret('wrong') }
      await expect(client.auth.prove(member, wrong)).rejects.toMatchObject({ code: 'etcd-auth-failed' })
      await expect(client.auth.prove(member, { username: 'nobody', password: new Secret('x') })).rejects.toMatchObject({
        code: 'etcd-auth-failed',
      })
      await expect(client.auth.prove(member, reader)).resolves.toBeUndefined()
      await expect(openEtcd(accessTo(etcd)).keys.find(bytes('/x'))).rejects.toMatchObject({
        code: 'etcd-auth-required',
      })
    })
  }

  if (hasUsers) {
    test('hands leadership to the member named', async () => {
      const { members } = await client.members()
      const { leaderId } = await client.status(member)
      const leader = members.find(({ id }) => id === leaderId)
      const next = members.find(({ id }) => id !== leaderId)
      if (!leader?.endpoint || !next) throw new Error('The cluster has no leader')
      await client.moveLeader(leader.endpoint, next.id)
      await expect.poll(async () => (await client.status(member)).leaderId).toBe(next.id)
      await expect(client.moveLeader(leader.endpoint, leaderId)).rejects.toMatchObject({ code: 'etcd-refused' })
    })
  }
})
