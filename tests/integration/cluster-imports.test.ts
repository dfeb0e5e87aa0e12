import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listClustersQuery } from '#lib/contracts/clusters.ts'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { closeSharedRedis, sharedRedis, untilRedisIsReady } from '#lib/queue/connections.ts'
import { Secret } from '#lib/secret.ts'
import { cancelImport } from '#lib/services/cluster-imports/cancel-import.ts'
import { carryOutImport } from '#lib/services/cluster-imports/carry-out-import.ts'
import { getImport, listImportRows, listImports } from '#lib/services/cluster-imports/list-imports.ts'
import { runImport } from '#lib/services/cluster-imports/run-import.ts'
import { getCluster } from '#lib/services/clusters/get-cluster.ts'
import { listClusters } from '#lib/services/clusters/list-clusters.ts'
import { cancelJob } from '#lib/services/jobs/cancel-job.ts'
import { claimJob } from '#lib/services/jobs/claim-job.ts'
import { retryJob } from '#lib/services/jobs/retry-job.ts'
import { pruneExpiredRows } from '#lib/services/retention/prune-expired-rows.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import {
  checkList,
  createTeamWithReach,
  grantPorts,
  handIn,
  importList,
  portsOf,
  verdicts,
  waitingJob,
  workOff,
} from '#tests/support/cluster-imports.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { findEverywhere } from '#tests/support/find-everywhere.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, openWorkplace } from '#tests/support/work-team.ts'
import { startWorkerProcess } from '#tests/support/worker.ts'

const canary = 'canary-of-the-list-77ab'
let place: Workplace
let open: RunningEtcd
let locked: RunningEtcd

beforeAll(async () => {
  place = await openWorkplace()
  ;[open, locked] = await Promise.all([
    startEtcd({ version: '3.4' }),
    startEtcd({
      tls: 'server',
      users: [
        { name: 'root', password: new Secret('root-password') },
        { name: 'reader', password: new Secret(canary), grants: [{ access: 'read', prefix: '' }] },
      ],
    }),
  ])
  await untilRedisIsReady(5_000)
}, 300_000)

afterAll(async () => {
  closeSharedRedis()
  await Promise.all([open?.stop(), locked?.stop()])
  await closePools()
})

const newTeam = () => createTeamWithReach(portsOf(open, locked))
const urlsOf = ({ members }: RunningEtcd) => members.map(({ clientUrl }) => clientUrl)

const openRow = (name: string, more: object = {}) => ({ name, endpoints: urlsOf(open), ...more })
const lockedRow = (name: string, more: object = {}) => ({
  name,
  endpoints: urlsOf(locked),
  tls: { caPem: locked.tls?.caPem },
  reader: { username: 'reader', password: canary },
  root: { username: 'root', password: 'root-password' },
  ...more,
})

const clustersOf = async (team: TenantContext) =>
  (await listClusters(team, listClustersQuery.parse({ limit: 200, sort: 'name' }))).items

describe('looking at a list', () => {
  it('gives every row a verdict of its own and brings nothing in', async () => {
    const team = await newTeam()
    await grantPorts(team.tenantId, [1])
    const importId = await checkList(team, [
      openRow('open'),
      lockedRow('locked'),
      lockedRow('no-root', { root: undefined }),
      lockedRow('wrong-password', { reader: { username: 'reader', password: 'wrong' } }),
      lockedRow('no-ca', { tls: {} }),
      openRow('refused', { endpoints: ['http://127.0.0.1:1'] }),
      openRow('denied', { endpoints: ['http://127.0.0.1:2'] }),
      openRow('metadata', { endpoints: ['http://169.254.169.254:2379'] }),
      openRow('no-scheme', { endpoints: ['127.0.0.1:2379'] }),
      openRow('no-endpoints', { endpoints: [] }),
      openRow('no-pem', { tls: { caPem: 'ca.pem' } }),
      openRow('unknown-field', { colour: 'red' }),
      openRow('open'),
      ['just', 'a', 'list'],
      openRow('last'),
    ])
    expect(await verdicts(team, importId)).toEqual([
      ['open', 'warned', 'tls-off', 'auth-off'],
      ['locked', 'ready'],
      ['no-root', 'warned', 'rights-no-root'],
      ['wrong-password', 'refused', 'auth-wrong-password'],
      ['no-ca', 'refused', 'tls-unknown-ca'],
      ['refused', 'refused', 'connection-refused'],
      ['denied', 'refused', 'address-denied'],
      ['metadata', 'refused', 'address-denied'],
      ['no-scheme', 'refused', 'endpoint-scheme-missing'],
      ['no-endpoints', 'refused', 'endpoints-required'],
      ['no-pem', 'refused', 'file-not-attached'],
      ['unknown-field', 'refused', expect.any(String)],
      ['open', 'refused', 'name-repeated'],
      ['', 'refused', expect.any(String), expect.any(String)],
      ['last', 'warned', 'tls-off', 'auth-off'],
    ])
    expect(await getImport(team, { importId })).toMatchObject({
      state: 'checked',
      rowsTotal: 15,
      counts: { ready: 1, warned: 3, refused: 11 },
      createdBy: team.actor.label,
      finishedAt: null,
    })
    expect(await clustersOf(team)).toEqual([])
  })

  it('refuses a file that cannot be read as a whole, with the line', async () => {
    const team = await newTeam()
    await expect(handIn(team, [], { format: 'csv', text: 'name,endpoints\na,"b' })).rejects.toMatchObject({
      code: 'import-file-unreadable',
      details: { issues: [{ code: 'csv-quote-not-closed' }] },
    })
    expect((await listImports(team, { limit: 50 })).items).toEqual([])
  })

  it('reads certificates out of the files that came along', async () => {
    const team = await newTeam()
    const text = `name,endpoints,ca,reader_username,reader_password\nlocked,${urlsOf(locked)},/etc/etcd/ca.crt,reader,${canary}\n`
    const importId = await checkList(team, [], { format: 'csv', text, files: { 'ca.crt': locked.tls?.caPem ?? '' } })
    expect(await verdicts(team, importId)).toEqual([['locked', 'warned', 'rights-no-root']])
  })
})

describe('importing a list', () => {
  it('brings in what passed, leaves out what did not, and says of each row what became of it', async () => {
    const team = await newTeam()
    const rows = [
      lockedRow('a', { labels: { env: 'prod' } }),
      openRow('b', { endpoints: ['http://127.0.0.1:2'] }),
      openRow('c'),
    ]
    const importId = await importList(team, rows)
    expect(await verdicts(team, importId)).toEqual([
      ['a', 'created'],
      ['b', 'refused', 'address-denied'],
      ['c', 'created', 'tls-off', 'auth-off'],
    ])
    expect(await getImport(team, { importId })).toMatchObject({ state: 'done', finishedAt: expect.any(String) })
    const [first, second, ...others] = await clustersOf(team)
    expect(others).toEqual([])
    expect(first).toMatchObject({ name: 'a', state: 'running', labels: { env: 'prod' } })
    expect(second).toMatchObject({ name: 'c', version: '3.4.23' })
    const audited = await withTenant(team.tenantId, (db) =>
      db.auditEvent.findMany({ where: { action: 'cluster.imported' }, orderBy: { seq: 'asc' } }),
    )
    expect(audited).toMatchObject([
      { via: 'worker', actorLabel: team.actor.label },
      { via: 'worker', actorLabel: team.actor.label },
    ])
  })

  it('again changes what differs, keeps what the list does not say, and doubles nothing', async () => {
    const team = await newTeam()
    await importList(team, [lockedRow('a', { labels: { env: 'prod' } }), openRow('b', { description: 'kept' })])
    const before = await clustersOf(team)
    expect(
      await verdicts(team, await importList(team, [lockedRow('a', { labels: { env: 'prod' } }), openRow('b')])),
    ).toEqual([
      ['a', 'unchanged'],
      ['b', 'unchanged', 'tls-off', 'auth-off'],
    ])
    const { reader: _reader, root: _root, ...bare } = lockedRow('a', { labels: { env: 'test' } })
    expect(await verdicts(team, await importList(team, [bare, openRow('b', { description: 'new' })]))).toEqual([
      ['a', 'changed'],
      ['b', 'changed', 'tls-off', 'auth-off'],
    ])
    const after = await clustersOf(team)
    expect(after.map(({ id, name }) => [id, name])).toEqual(before.map(({ id, name }) => [id, name]))
    expect(after).toMatchObject([{ labels: { env: 'test' } }, { description: 'new' }])
    const [{ id: clusterId } = { id: '' }] = after
    expect(await getCluster(team, { clusterId })).toMatchObject({
      state: 'running',
      reader: { username: 'reader' },
      root: { username: 'root' },
    })
  })

  it('tells at the look which clusters are here already, and of another etcd behind the name of one', async () => {
    const team = await newTeam()
    await importList(team, [openRow('here'), openRow('moved')])
    const moved = { ...lockedRow('moved'), root: undefined }
    const listed = await checkList(team, [openRow('here'), moved, openRow('new')])
    expect(await verdicts(team, listed)).toEqual([
      ['here', 'warned', 'cluster-already-here', 'tls-off', 'auth-off'],
      ['moved', 'refused', 'cluster-is-another'],
      ['new', 'warned', 'tls-off', 'auth-off'],
    ])
  })

  it('twice at the same time still makes each cluster once', async () => {
    const team = await newTeam()
    const rows = Array.from({ length: 12 }, (_, n) => openRow(`c-${n}`))
    const ids = await Promise.all([checkList(team, rows), checkList(team, rows)])
    await Promise.all(ids.map((importId) => runImport(team, { importId })))
    await Promise.all(ids.map((importId) => workOff(team, importId)))
    const ended = await Promise.all(ids.map((importId) => getImport(team, { importId })))
    const count = (state: 'created' | 'unchanged') => ended.reduce((sum, { counts }) => sum + (counts[state] ?? 0), 0)
    expect([count('created'), count('unchanged')]).toEqual([12, 12])
    expect(await clustersOf(team)).toHaveLength(12)
  })

  it('stops at the quota row by row', async () => {
    const team = await newTeam()
    await asSuperuser(place.database, `UPDATE tenant SET "quotaOverrides" = '{"clusters": 2}' WHERE "id" = $1`, [
      team.tenantId,
    ])
    const importId = await importList(
      team,
      ['a', 'b', 'c', 'd'].map((name) => lockedRow(name)),
    )
    const ended = (await verdicts(team, importId)).map(([, ...end]) => end.join(' ')).toSorted()
    expect(ended).toEqual(['created', 'created', 'failed quota-exceeded', 'failed quota-exceeded'])
    expect(await clustersOf(team)).toHaveLength(2)
  })

  it('is possible once, and not before every row was looked at', async () => {
    const team = await newTeam()
    const importId = await handIn(team, [openRow('a')])
    await expect(runImport(team, { importId })).rejects.toMatchObject({ code: 'import-not-ready' })
    await workOff(team, importId)
    await runImport(team, { importId })
    await expect(runImport(team, { importId })).rejects.toMatchObject({ code: 'import-not-ready' })
  })
})

describe('giving an import up', () => {
  it('forgets its rows and what they held', async () => {
    const team = await newTeam()
    const importId = await checkList(team, [lockedRow('a'), openRow('b', { endpoints: ['http://127.0.0.1:2'] })])
    expect(await cancelImport(team, { importId })).toMatchObject({
      state: 'cancelled',
      counts: { cancelled: 1, refused: 1 },
    })
    expect(await sealedLeft(importId)).toBe(0)
    await expect(runImport(team, { importId })).rejects.toMatchObject({ code: 'import-not-ready' })
    await expect(cancelImport(team, { importId })).rejects.toMatchObject({ code: 'import-not-ready' })
  })

  it('while it is carried out lets in no further row, and its job ends quietly', async () => {
    const team = await newTeam()
    const importId = await checkList(team, [openRow('a'), openRow('b')])
    await runImport(team, { importId })
    await cancelImport(team, { importId })
    await workOff(team, importId)
    expect(await getImport(team, { importId })).toMatchObject({ state: 'cancelled', counts: { cancelled: 2 } })
    expect(await clustersOf(team)).toEqual([])
  })
})

describe('an import whose job is called off', () => {
  it('waits for a person again, and goes on where it was when the job is done again', async () => {
    const team = await newTeam()
    const unseen = await handIn(team, [openRow('a'), openRow('b')])
    const { jobId } = await waitingJob(team, unseen)
    await cancelJob(team, { jobId })
    expect(await getImport(team, { importId: unseen })).toMatchObject({ state: 'checked', counts: { cancelled: 2 } })
    await retryJob(team, { jobId })
    await workOff(team, unseen)
    expect(await getImport(team, { importId: unseen })).toMatchObject({ state: 'checked', counts: { warned: 2 } })
    await cancelImport(team, { importId: unseen })
    expect(await sealedLeft(unseen)).toBe(0)

    const passed = await checkList(team, [openRow('c')])
    await runImport(team, { importId: passed })
    await cancelJob(team, { jobId: (await waitingJob(team, passed)).jobId })
    expect(await getImport(team, { importId: passed })).toMatchObject({ state: 'checked', counts: { warned: 1 } })
    await retryJob(team, { jobId: (await waitingJob(team, passed)).jobId })
    await workOff(team, passed)
    expect((await clustersOf(team)).map(({ name }) => name)).toEqual(['c'])
  })
})

describe('a worker that is lost in the midst', () => {
  it('and comes back writes nothing any more: each row is ended once', async () => {
    const team = await newTeam()
    const importId = await checkList(
      team,
      Array.from({ length: 20 }, (_, n) => openRow(`c-${n}`)),
    )
    await runImport(team, { importId })
    const delivery = await waitingJob(team, importId)
    const zombie = await claimJob(delivery)
    if (!zombie) throw new Error('there is no job')
    await asSuperuser(place.database, `UPDATE job SET "seenAt" = now() - interval '1 hour' WHERE "id" = $1`, [
      delivery.jobId,
    ])
    const successor = await claimJob(delivery)
    if (!successor) throw new Error('the job was not taken over')
    const run = (job: typeof zombie) =>
      carryOutImport({ ...job, signal: team.signal, report: () => undefined }, { importId })
    const [late] = await Promise.allSettled([run(zombie), run(successor)])
    expect(late).toMatchObject({ status: 'rejected', reason: { code: 'conflict' } })
    expect(await getImport(team, { importId })).toMatchObject({ state: 'done', counts: { created: 20 } })
    expect(await clustersOf(team)).toHaveLength(20)
    expect(await importsAudited(team)).toBe(20)
  })

  it('by kill -9 is followed by another, which goes on where it ended', async () => {
    const team = await newTeam()
    const rows = Array.from({ length: 30 }, (_, n) => lockedRow(`c-${n}`))
    const importId = await checkList(team, rows)
    await runImport(team, { importId })
    const created = async () => (await getImport(team, { importId })).counts.created ?? 0
    {
      await using first = await startWorkerProcess(place.env)
      await expect.poll(created, { interval: 20, timeout: 30_000 }).toBeGreaterThan(5)
      first.signal('SIGKILL')
      await first.exited
    }
    expect(await created()).toBeLessThan(30)
    await using second = await startWorkerProcess(place.env)
    await expect.poll(async () => (await getImport(team, { importId })).state, { timeout: 60_000 }).toBe('done')
    expect((await verdicts(team, importId)).filter(([, state]) => state !== 'created')).toEqual([])
    expect(await clustersOf(team)).toHaveLength(30)
    expect(await importsAudited(team)).toBe(30)
    expect(second.output()).not.toContain(canary)
  }, 120_000)
})

describe('what a list holds in secret', () => {
  it('stands nowhere in the clear, and nowhere at all when the import is over', async () => {
    const team = await newTeam()
    await using worker = await startWorkerProcess({ ...place.env, LOG_LEVEL: 'debug' })
    const importId = await handIn(team, [
      lockedRow('a'),
      lockedRow('b', { reader: { username: 'reader', password: `${canary}-wrong` } }),
      lockedRow('c', { colour: canary }),
    ])
    const stateOf = async () => (await getImport(team, { importId })).state
    const stateIs = (state: string) => expect.poll(stateOf, { timeout: 30_000 }).toBe(state)
    await stateIs('checked')
    expect(await findEverywhere(place.database.adminUrl, canary)).toEqual([])
    await runImport(team, { importId })
    await stateIs('done')
    expect(await verdicts(team, importId)).toMatchObject([
      ['a', 'created'],
      ['b', 'refused', 'auth-wrong-password'],
      ['c', 'refused', 'unknown-field'],
    ])
    expect(await sealedLeft(importId)).toBe(0)
    expect(await findEverywhere(place.database.adminUrl, canary)).toEqual([])
    expect(worker.output()).not.toContain(canary)
    expect(await redisHolds(canary)).toBe(false)
  })

  it('goes within days when nobody decides, and the list with it', async () => {
    const team = await newTeam()
    const [forgotten, fresh, over] = [
      await checkList(team, [lockedRow('a')]),
      await checkList(team, [lockedRow('a')]),
      await importList(team, [openRow('b')]),
    ]
    const age = (ids: string[], days: number) =>
      asSuperuser(
        place.database,
        `UPDATE cluster_import SET "createdAt" = now() - $2 * interval '1 day',
                "finishedAt" = "finishedAt" - $2 * interval '1 day' WHERE "id" = ANY($1)`,
        [ids, days],
      )
    await age([forgotten ?? '', over ?? ''], 8)
    await pruneExpiredRows(team.signal)
    const left = async () => (await listImports(team, { limit: 50 })).items.map(({ id }) => id).toSorted()
    expect(await left()).toEqual([fresh, over].toSorted())
    expect(await sealedLeft(forgotten ?? '')).toBe(0)
    await age([over ?? ''], 31)
    await pruneExpiredRows(team.signal)
    expect(await left()).toEqual([fresh])
  })
})

it('is unknown to another team, by every way', async () => {
  const [team, other] = await Promise.all([newTeam(), newTeam()])
  const importId = await checkList(team, [openRow('a')])
  for (const attempt of [getImport, runImport, cancelImport]) {
    await expect(attempt(other, { importId })).rejects.toMatchObject({ code: 'not-found' })
  }
  await expect(listImportRows(other, { importId, limit: 50 })).rejects.toMatchObject({ code: 'not-found' })
  expect((await listImports(other, { limit: 50 })).items).toEqual([])
  expect(await getImport(team, { importId })).toMatchObject({ state: 'checked', counts: { warned: 1 } })
})

async function sealedLeft(importId: string): Promise<number> {
  const { rows } = await asSuperuser(
    place.database,
    'SELECT count(*)::int AS count FROM cluster_import_row WHERE "importId" = $1 AND "sealed" IS NOT NULL',
    [importId],
  )
  return rows[0].count
}

function importsAudited({ tenantId }: TenantContext): Promise<number> {
  return withTenant(tenantId, (db) => db.auditEvent.count({ where: { action: 'cluster.imported' } }))
}

/** Whether any key or value of this test's Redis database holds the text. */
async function redisHolds(text: string): Promise<boolean> {
  const redis = sharedRedis()
  for (const key of await redis.keys('*')) {
    const dump = await redis.dumpBuffer(key)
    if (key.includes(text) || dump?.includes(text)) return true
  }
  return false
}
