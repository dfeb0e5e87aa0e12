import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { prefixRange } from '#lib/etcd/keys.ts'
import { etcdctl } from '#lib/etcd-server/etcdctl.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { Secret } from '#lib/secret.ts'
import { checkSnapshotFile } from '#lib/snapshot-file/check-snapshot-file.ts'
import { checkSnapshotFileApart, compareSnapshotFilesApart } from '#lib/snapshot-file/check-snapshot-file-apart.ts'
import { compareSnapshotFiles } from '#lib/snapshot-file/compare-snapshot-files.ts'
import { readLiveKeys } from '#lib/snapshot-file/read-live-keys.ts'
import { snapshotHash } from '#lib/snapshot-file/snapshot-hash.ts'
import { sealed } from '#tests/support/bolt-file.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo } from '#tests/support/etcd-access.ts'
import { firstFolderOf } from '#tests/support/first-folder.ts'
import { saveSnapshot, snapshotFolder } from '#tests/support/snapshot-file.ts'

const root = { username: 'root', password: new Secret('of-root') }
const setups = [
  { kind: 'plain', hasUsers: false },
  { kind: 'with users', hasUsers: true, users: [{ name: root.username, password: root.password }] },
]
const cases = ['3.4', '3.5'].flatMap((version) => setups.map((setup) => ({ version, ...setup })))

const bytes = (text: string) => Buffer.from(text)
const status = z.object({ hash: z.number(), revision: z.number(), totalKey: z.number(), totalSize: z.number() })
const groupModule = { url: new URL('../support/first-folder.ts', import.meta.url).href, name: firstFolderOf.name }

describe.each(cases)('a snapshot of etcd $version, $kind', ({ hasUsers, version, ...options }) => {
  let etcd: RunningEtcd
  let client: EtcdClient
  let folder: Awaited<ReturnType<typeof snapshotFolder>>

  beforeAll(async () => {
    folder = await snapshotFolder()
    etcd = await startEtcd({ version, extraArgs: [`--max-request-bytes=${12 * 2 ** 20}`], ...options })
    client = openEtcd(accessTo(etcd, hasUsers ? { reader: root, root } : {}))
  })
  afterAll(async () => {
    await etcd.stop()
    await folder[Symbol.asyncDispose]()
  })

  const putMany = async (prefix: string, count: number, value: (index: number) => Buffer) => {
    for (let from = 0; from < count; from += 100) {
      const perform = Array.from({ length: Math.min(100, count - from) }, (_, index) => ({
        put: { key: bytes(`${prefix}${from + index}`), value: value(from + index) },
      }))
      await client.keys.transact({ perform })
    }
  }
  const remove = (prefix: string) => client.keys.transact({ perform: [{ delete: prefixRange(bytes(prefix)) }] })
  const run = (...args: string[]) =>
    etcdctl(etcd, [...(hasUsers ? [`--user=${root.username}:${root.password.reveal()}`] : []), ...args])
  const count = (prefix = '') => client.keys.count({ range: prefixRange(bytes(prefix)), isLinearizable: true })

  const member = () => {
    const [first] = client.access.endpoints
    if (!first) throw new Error('The cluster has no member')
    return first
  }
  const term = async () => (await client.status(member())).raftTerm
  const take = async (name: string) => {
    const path = join(folder.path, `${name}.db`)
    await saveSnapshot(client, member(), path)
    return path
  }

  /** What must hold for every snapshot, whatever was written before. */
  const expectSame = async (path: string) => {
    const said = status.parse(JSON.parse(await etcdctl(etcd, ['snapshot', 'status', path, '-w', 'json'])))
    const report = await checkSnapshotFile(path, { groupOf: firstFolderOf })
    const live = await count()
    expect(Number(report.revision)).toBe(said.revision)
    expect(report.entryCount).toBe(said.totalKey)
    expect(report.dataBytes).toBe(said.totalSize)
    expect(await snapshotHash(path)).toBe(said.hash)
    expect(BigInt(report.liveKeys.count)).toBe(live.count)
    expect(report.liveKeys.groups.reduce((sum, group) => sum + group.count, 0)).toBe(report.liveKeys.count)
    const file = await readFile(path)
    expect([report.sizeBytes, report.sha256]).toEqual([
      file.length,
      createHash('sha256').update(file.subarray(0, -32)).digest('hex'),
    ])
    return { report, live }
  }

  test('tells of the member what the member tells of itself', async () => {
    await client.keys.transact({ perform: [{ put: { key: bytes('/first'), value: bytes('1') } }] })
    const { report } = await expectSame(await take('first'))
    const { members } = await client.members()
    expect(report.members.map(({ id, name, isLearner }) => ({ id, name, isLearner }))).toEqual(
      members.map(({ id, name, isLearner }) => ({ id, name, isLearner })),
    )
    expect(report).toMatchObject({
      isAuthEnabled: hasUsers,
      clusterVersion: `${version}.0`,
      damagedMetaPage: undefined,
      compactRevision: { scheduled: undefined, finished: undefined },
      voterIds: version === '3.4' ? undefined : members.map(({ id }) => id),
    })
    expect(report.consistentIndex).toBeGreaterThan(0n)
    const raftTerm = await term()
    expect(report.term).toBe(version === '3.4' ? undefined : raftTerm)
    expect(report.buckets.find(({ name }) => name === 'authUsers')?.entryCount).toBe(hasUsers ? 1 : 0)
  })

  test('counts the keys that live, per group, through puts, deletes and compaction', async () => {
    await putMany('/many/', 6000, (index) => bytes(`value ${index}`.repeat(20)))
    await putMany('/many/', 500, () => bytes('again'))
    await putMany('/gone/', 200, () => bytes('x'))
    await remove('/gone/')
    await putMany('/gone/', 10, () => bytes('back'))
    const before = await expectSame(await take('before'))
    const groups = new Map(before.report.liveKeys.groups.map(({ name, count: keys }) => [name, keys]))
    expect([groups.get('many'), groups.get('gone')]).toEqual([6000, 10])

    await run('compaction', '--physical', String(before.report.revision))
    await putMany('/after/', 30, () => bytes('y'))
    const after = await expectSame(await take('after'))
    expect(after.report.compactRevision.scheduled).toBe(before.report.revision)
    expect(after.report.compactRevision.finished).toBe(before.report.revision)
    expect(after.report.revisionCount).toBeLessThan(before.report.revisionCount)
    expect(after.report.freePages).toBeGreaterThan(0)
  })

  test('counts keys of leases until these end', async () => {
    const { id } = await client.leases.grant(600n)
    const perform = [1, 2, 3].map((index) => ({ put: { key: bytes(`/leased/${index}`), value: bytes(''), lease: id } }))
    await client.keys.transact({ perform })
    const held = await expectSame(await take('leased'))
    expect(held.report.buckets.find(({ name }) => name === 'lease')?.entryCount).toBe(1)
    await client.leases.revoke(id)
    const ended = await expectSame(await take('revoked'))
    expect(held.report.liveKeys.count - ended.report.liveKeys.count).toBe(3)
  })

  test('reads values of any size', async () => {
    for (const size of [3_000, 5_000, 100_000, 1_500_000, 7_000_000])
      await client.keys.transact({ perform: [{ put: { key: bytes(`/large/${size}`), value: Buffer.alloc(size, 7) } }] })
    const { report } = await expectSame(await take('large'))
    expect(report.liveKeys.groups).toContainEqual({ name: 'large', count: 5 })
  })

  test('holds together after a defragmentation', async () => {
    await run('defrag')
    await expectSame(await take('defragmented'))
  })

  // Users are a few entries in other buckets: what follows reads keys alone, and is proven without them.
  if (hasUsers) return

  test('gives the keys that live as a client reads them, in the order they were written', async () => {
    const { id } = await client.leases.grant(600n)
    await client.keys.transact({ perform: [{ put: { key: bytes('/read/leased'), value: bytes('v'), lease: id } }] })
    await putMany('/read/', 300, (index) => bytes(`${index}`.repeat(index)))
    await putMany('/read/', 7, () => bytes(''))
    await remove('/read/9')
    const path = await take('read')
    const wanted = new Map<string, unknown>()
    for await (const { entries } of client.keys.pages({ range: prefixRange(bytes('')) }))
      for (const { key, value, ...rest } of entries) wanted.set(key.toString(), { ...rest, value: hashOf(value) })
    for (const tableBytes of [undefined, 20_000]) {
      const found = new Map<string, unknown>()
      let last = 0n
      for await (const { key, valueBytes, readValue, ...rest } of readLiveKeys(path, { tableBytes })) {
        const value = await readValue()
        expect(value.length).toBe(valueBytes)
        expect(rest.modRevision).toBeGreaterThanOrEqual(last)
        last = rest.modRevision
        found.set(key.toString(), { ...rest, value: hashOf(value) })
      }
      expect(found).toEqual(wanted)
    }
  })

  test('shows what differs between two, however small the table is', async () => {
    await putMany('/kept/', 400, (index) => bytes(`same ${index}`))
    await putMany('/changed/', 300, () => bytes('old'))
    await putMany('/large-change/', 1, () => Buffer.alloc(9_000_000, 1))
    await putMany('/removed/', 200, () => bytes('here'))
    const before = await take('older')
    await putMany('/kept/', 50, (index) => bytes(`same ${index}`))
    await putMany('/changed/', 30, () => bytes('new'))
    await putMany('/large-change/', 1, () => Buffer.alloc(9_000_000, 1).fill(2, 8_000_000, 8_000_001))
    await remove('/removed/1')
    await putMany('/added/', 20, () => bytes('x'))
    const after = await take('newer')
    for (const tableBytes of [undefined, 60_000]) {
      const difference = await compareSnapshotFiles({ before, after }, firstFolderOf, { tableBytes })
      const group = (name: string) => difference.groups.find((one) => one.name === name)
      expect(difference).toMatchObject({ addedCount: 20, changedCount: 31, removedCount: 111 })
      expect(group('kept')).toMatchObject({ addedCount: 0, changedCount: 0, removedCount: 0, unchangedCount: 400 })
      expect(group('changed')).toMatchObject({ changedCount: 30, unchangedCount: 270 })
      expect(group('large-change')).toMatchObject({ changedCount: 1 })
      expect(group('removed')).toMatchObject({ removedCount: 111, unchangedCount: 89 })
      for (const key of group('removed')?.samples.removed ?? []) expect(`${Buffer.from(key)}`).toMatch(/^\/removed\/1/)
      expect(group('added')?.samples.added).toHaveLength(5)
      const back = await compareSnapshotFiles({ before: after, after: before }, firstFolderOf, { tableBytes })
      expect(back).toMatchObject({ addedCount: 111, changedCount: 31, removedCount: 20 })
    }
    expect(await compareSnapshotFilesApart({ before, after }, { groupModule })).toMatchObject({ changedCount: 31 })
  })

  test('is checked apart with the same outcome', async () => {
    const path = await take('apart')
    const report = await checkSnapshotFile(path, { groupOf: firstFolderOf })
    expect(await checkSnapshotFileApart(path, { groupModule })).toEqual(report)
    expect(await checkSnapshotFileApart(path, { groupModule, tableBytes: 20_000, sha256: report.sha256 })).toEqual(
      report,
    )
  })

  test('is given up at once when nobody waits for it any more, and a thread that dies is told', async () => {
    const path = await take('aborted')
    const aborting = new AbortController()
    const checks = [checkSnapshotFileApart, checkSnapshotFile].map((check) => check(path, { signal: aborting.signal }))
    aborting.abort(new Error('nobody waits'))
    await Promise.all(checks.map((check) => expect(check).rejects.toThrow('nobody waits')))
    await expect(checkSnapshotFile(path, { signal: aborting.signal })).rejects.toThrow('nobody waits')
    const dying = checkSnapshotFileApart(path, { groupModule: { ...groupModule, name: 'nothing' } })
    await expect(dying).rejects.toMatchObject({ code: 'snapshot-unreadable', details: { reason: 'thread-ended' } })
    const missing = checkSnapshotFileApart(`${path}.not`)
    await expect(missing).rejects.toMatchObject({ code: 'snapshot-unreadable', details: { reason: 'ENOENT' } })
  })

  test('is taken when a restore raised its revision', async () => {
    const { etcdutl } = etcd.binaries
    const path = await take('to-restore')
    const { revision, liveKeys } = await checkSnapshotFile(path)
    if (etcdutl === undefined) {
      // Only from 3.4.27 and 3.5.10 on can a restore do so.
      expect(version).toBe('3.4')
      return
    }
    const dataDir = join(folder.path, 'restored')
    const words = ['snapshot', 'restore', path, '--data-dir', dataDir, '--bump-revision', '1000', '--mark-compacted']
    await promisify(execFile)(etcdutl, words)
    const database = await readFile(join(dataDir, 'member', 'snap', 'db'))
    const [pageSize, pageCount] = [database.readUInt32LE(24), Number(database.readBigUInt64LE(56))]
    const restored = join(folder.path, 'restored.db')
    await writeFile(restored, sealed(Buffer.concat([database.subarray(0, pageSize * pageCount), Buffer.alloc(32)])))
    const report = await checkSnapshotFile(restored)
    expect(report.revision).toBe(revision + 1000n)
    expect(report.compactRevision.scheduled).toBe(revision + 1000n)
    expect(report.liveKeys.count).toBe(liveKeys.count)
  })
})

function hashOf(value: Buffer): string {
  return createHash('sha256').update(value).digest('hex')
}
