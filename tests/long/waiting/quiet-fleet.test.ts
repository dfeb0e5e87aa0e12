import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { Secret } from '#lib/secret.ts'
import { changeClusterSettings } from '#lib/services/inspections/change-cluster-settings.ts'
import { minuteMs, secondMs } from '#lib/time.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo, countCalls } from '#tests/support/etcd-access.ts'
import { inspectRested } from '#tests/support/findings-watch.ts'
import type { Watched, WatchedFleet } from '#tests/support/watched-fleet.ts'
import { openWatchedFleet } from '#tests/support/watched-fleet.ts'
import { asSuperuser } from '#tests/support/work-team.ts'

const countedMs = 3 * minuteMs
const comparedMs = 30 * secondMs
const putsPerSecond = 2_000
const putsPerWrite = 10
const writersTotal = 8
const comparisons = 5
const everyMs = 10 * secondMs
const keysTotal = 20_000
const compactEveryMs = 15 * secondMs

/** What its version deserves: fixes it lacks. */
const deserved: Readonly<Record<string, string>> = { '3.5.16': 'version-unsafe' }

/** What cannot be told of a team that keeps its backups nowhere. */
const notKept = ['backup-freshness', 'backup-proof', 'backup-revision', 'backup-size', 'backup-storage']

const users = {
  root: { username: 'root', password: new Secret('of-root') },
  app: { username: 'orders', password: new Secret('of-orders') },
  reader: { username: 'kstone-reader', password: new Secret('of-reader') },
}
const { root, app, reader } = users

let fleet: WatchedFleet
let etcd: RunningEtcd
let watched: Watched

beforeAll(async () => {
  etcd = await startEtcd({
    version: '3.5',
    members: 3,
    tls: 'server',
    quotaBytes: 2 * 1024 ** 3,
    users: [
      { name: root.username, password: root.password },
      { name: app.username, password: app.password, grants: [{ access: 'readwrite', prefix: '/orders/' }] },
      { name: reader.username, password: reader.password, grants: [{ access: 'read', prefix: '' }] },
    ],
  })
  fleet = await openWatchedFleet()
  watched = await fleet.watch(etcd, {
    reader: { ...reader, password: reader.password.reveal() },
    root: { ...root, password: root.password.reveal() },
  })
  await vi.waitFor(() => fleet.verdicts(watched), { timeout: 30_000, interval: 100 })
}, 300_000)

afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
  await etcd?.stop()
})

const methods = [
  ...['MemberList', 'Status', 'HashKV', 'Range', 'Txn', 'Compact', 'Alarm', 'Put', 'DeleteRange'],
  ...['LeaseGrant', 'Defragment', 'Snapshot', 'MoveLeader', 'MemberAdd', 'UserList', 'RoleList', 'Authenticate'],
] as const
type Counts = Record<(typeof methods)[number], number>

/** How often each call was handled, as the members count it themselves. */
async function countAll(): Promise<Counts> {
  const texts = new Map<string, Promise<string>>()
  const { metrics, access } = openEtcd(accessTo(etcd))
  const read = (endpoint: (typeof access.endpoints)[number]) => {
    const key = JSON.stringify(endpoint)
    const known = texts.get(key) ?? metrics(endpoint)
    texts.set(key, known)
    return known
  }
  const counts = await Promise.all(methods.map(async (one) => [one, await countCalls(read, access, one)] as const))
  return Object.fromEntries(counts) as Counts
}

/** What the business does meanwhile: so many keys a second, and now and then a compaction. */
async function keepBusy(
  busyMs: number,
): Promise<{ puts: number; writes: number; compactions: number; tookMs: number }> {
  const client = openEtcd(accessTo(etcd, { reader: app }))
  const keeper = openEtcd(accessTo(etcd, { reader: root }))
  const startedMs = performance.now()
  const elapsedMs = () => performance.now() - startedMs
  const over = new AbortController()
  let [writes, compactions, revision] = [0, 0, 0n]
  const isBusy = () => elapsedMs() < busyMs || writes * putsPerWrite < (busyMs / secondMs) * putsPerSecond
  const write = async () => {
    while (isBusy()) {
      const aheadMs = ((writes * putsPerWrite) / putsPerSecond) * secondMs - elapsedMs()
      if (aheadMs > 0) await delay(aheadMs)
      const first = (writes * putsPerWrite) % keysTotal
      writes += 1
      const { header } = await client.keys.transact({ perform: putsFrom(first), timeoutMs: 30 * secondMs })
      if (header.revision > revision) revision = header.revision
    }
  }
  const compact = async () => {
    for (;;) {
      await delay(compactEveryMs, undefined, { signal: over.signal }).catch(() => undefined)
      if (over.signal.aborted) return
      await keeper.compact(revision - 1_000n)
      compactions += 1
    }
  }
  const compacting = compact()
  await Promise.all(Array.from({ length: writersTotal }, write))
  over.abort()
  await compacting
  return { puts: writes * putsPerWrite, writes, compactions, tookMs: elapsedMs() }
}

const value = Buffer.alloc(200, 'v')

function putsFrom(first: number) {
  return Array.from({ length: putsPerWrite }, (_, index) => ({
    put: { key: Buffer.from(`/orders/${first + index}`), value },
  }))
}

it('a healthy busy cluster has no finding but for its version, is collected on time, and hardly notices', async () => {
  const { team, clusterId } = watched
  // The first collection counts and hashes; what comes after it within the day may not.
  await changeClusterSettings(team, { clusterId, everySeconds: everyMs / secondMs })
  await fleet.interval(watched)
  const before = await countAll()
  expect(before.HashKV).toBe(3)

  const beganAt = new Date()
  const { puts, writes, compactions, tookMs } = await keepBusy(countedMs)
  const after = await countAll()
  process.stdout.write(`${puts} puts in ${(tookMs / secondMs).toFixed(0)} s\n`)
  expect(puts).toBeGreaterThanOrEqual((countedMs / secondMs) * putsPerSecond)

  const found = await fleet.findingsOf(watched)
  expect(found.map(({ code }) => code)).toEqual([deserved[etcd.version]])
  const verdicts = await fleet.verdicts(watched)
  const unknown = verdicts.filter(({ verdict }) => verdict === 'unknown')
  expect(unknown.map(({ inspection, ...why }) => [inspection, 'reason' in why && why.reason])).toEqual(
    notKept.map((inspection) => [inspection, 'no-storage-target']),
  )
  expect(await fleet.stateOf(watched)).toMatchObject({ state: 'running', problem: null, membersUp: 3 })

  const { rows } = await asSuperuser(
    fleet.place.database,
    `SELECT "at", count(*)::int AS members, max("revision")::text AS revision FROM sample_raw
      WHERE "clusterId" = $1 AND "at" > $2 GROUP BY 1 ORDER BY 1`,
    [clusterId, beganAt],
  )
  const collections = tookMs / everyMs
  expect(rows.length).toBeGreaterThanOrEqual(Math.floor(collections * 0.9) - 1)
  expect(rows.every(({ members }) => members === 3)).toBe(true)
  const revisions = rows.map(({ revision }) => BigInt(revision))
  expect(revisions.every((revision, index) => index === 0 || revision > (revisions[index - 1] ?? 0n))).toBe(true)

  const calls = Object.fromEntries(methods.map((method) => [method, after[method] - before[method]])) as Counts
  process.stdout.write(`Calls in ${rows.length} collections: ${JSON.stringify(calls)}\n`)
  // Its own state of each member, and one list and two of the others': no count of keys, no hash, nothing that writes. Members
  // tell of themselves to strangers: one key, asked of one member, shows that we are still let in.
  expect(calls).toMatchObject({ HashKV: 0, Alarm: 0, Put: 0, DeleteRange: 0, LeaseGrant: 0 })
  expect(calls.Range).toBeLessThanOrEqual(collections * 1.1 + 2)
  expect(calls).toMatchObject({ Defragment: 0, Snapshot: 0, MoveLeader: 0, MemberAdd: 0, UserList: 0, RoleList: 0 })
  // The transactions and compactions are those of the business.
  expect([calls.Txn, calls.Compact]).toEqual([writes, compactions])
  expect(calls.Status).toBeLessThanOrEqual(3 * (collections * 1.1 + 2))
  expect(calls.MemberList).toBeLessThanOrEqual(3 * (collections * 1.1 + 2))
})

it('its members agree on their hashes in the midst of all writes, and each is asked for one each time somebody asks', async () => {
  const before = await countAll()
  const business = keepBusy(comparedMs)
  const said: unknown[] = []
  for (let time = 1; time <= comparisons; time += 1) {
    await inspectRested(fleet, watched)
    const verdicts = await fleet.verdicts(watched)
    said.push(verdicts.find(({ inspection }) => inspection === 'consistency')?.verdict)
  }
  await business
  const after = await countAll()
  process.stdout.write(`Compared while busy: ${said.join(', ')}\n`)
  expect(said).toContain('ok')
  const found = await fleet.findingsOf(watched)
  expect(found.map(({ code }) => code)).toEqual([deserved[etcd.version]])
  expect(after.HashKV - before.HashKV).toBe(3 * comparisons)
  // One more each time, and with each collection that is due meanwhile, shows that we are let in.
  const dueMeanwhile = (comparedMs / everyMs) * 1.1 + 2
  expect(after.Range - before.Range).toBeLessThanOrEqual(5 * comparisons + dueMeanwhile)
})
