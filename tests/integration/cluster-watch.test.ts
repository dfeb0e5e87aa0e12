import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { updateClusterBody } from '#lib/contracts/clusters.ts'
import type { VerdictView } from '#lib/contracts/inspections.ts'
import { clusterWatchView } from '#lib/contracts/watch.ts'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import type { Memory } from '#lib/inspections/collect/memory.ts'
import { emptyErrandBook } from '#lib/inspections/collect/memory.ts'
import {
  ago,
  downMember,
  factsOf,
  lookedAt,
  memberOf,
  notSeen,
  seen,
  statusOf,
} from '#lib/inspections/healthy-facts.ts'
import { updateCluster } from '#lib/services/clusters/update-cluster.ts'
import { askCollection } from '#lib/services/collections/ask-collection.ts'
import { getClusterWatch } from '#lib/services/collections/get-cluster-watch.ts'
import { encodeFacts } from '#lib/services/collections/stored-facts.ts'
import { changeClusterSettings } from '#lib/services/inspections/change-cluster-settings.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { hourMs, minuteMs } from '#lib/time.ts'
import { addWatchedCluster } from '#tests/support/watched-clusters.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace
let team: TenantContext
let clusterId: string

beforeAll(async () => {
  place = await openWorkplace()
}, 300_000)
afterAll(() => closePools())

async function start(): Promise<void> {
  team = await createTeam()
  clusterId = await addWatchedCluster(team)
}

const watch = async () => clusterWatchView.parse(await getClusterWatch(team, { clusterId }))

/** What a collection leaves behind. */
async function keep({ facts, lastStatus = {} }: Partial<Memory>, verdicts: unknown = []): Promise<void> {
  const stored = JSON.parse(
    encodeFacts({ facts: facts ?? factsOf(), lastStatus, errands: emptyErrandBook, toldBy: null }),
  )
  const { tenantId } = team
  const columns = { at: lookedAt, facts: stored, verdicts: verdicts as object }
  await withTenant(tenantId, (db) =>
    db.clusterFacts.upsert({
      where: { tenantId_clusterId: { tenantId, clusterId } },
      create: { tenantId, clusterId, ...columns },
      update: columns,
    }),
  )
}

interface Sample {
  memberId: string
  at: Date
  dbSizeBytes?: bigint
  revision?: bigint
  raftLag?: bigint
}

async function sample(...samples: Sample[]): Promise<void> {
  const { tenantId } = team
  const rest = { tenantId, clusterId, dbSizeBytes: 0n, dbInUseBytes: 0n, revision: 0n, raftLag: 0n }
  const data = samples.map((one) => ({ ...rest, latencyMs: 1, latencyMaxMs: 1, ...one }))
  await withTenant(tenantId, (db) => db.sampleRaw.createMany({ data }))
}

const lostQuorum: VerdictView = {
  inspection: 'quorum',
  key: 'quorum',
  subject: { kind: 'cluster' },
  verdict: 'finding',
  severity: 'critical',
  code: 'quorum-lost',
  source: 'etcd',
  evidence: { up: 1, total: 3 },
}
const hashesAlike: VerdictView = {
  inspection: 'consistency',
  key: 'consistency',
  subject: { kind: 'cluster' },
  verdict: 'ok',
}

describe('a cluster before its first collection', () => {
  it('shows the members it was brought in with, and says of nothing else what nobody has seen', async () => {
    await start()
    const { tenantId } = team
    await withTenant(tenantId, (db) =>
      db.clusterMember.createMany({
        data: [
          { tenantId, clusterId, memberId: '7', name: 'etcd-a', isLeader: true, state: 'up', version: '3.5.16' },
          { tenantId, clusterId, memberId: '8', name: 'etcd-b', state: 'down', problem: 'connection-refused' },
        ],
      }),
    )
    const seenBefore = await watch()
    expect(seenBefore).toMatchObject({
      state: 'unknown',
      verdict: null,
      verdicts: [],
      isPaused: false,
      collection: { everySeconds: 60, at: null, lateMs: null, tookMs: null, failures: 0, isAsked: false },
      members: [
        { memberId: '7', role: 'leader', state: 'up', version: '3.5.16', raftIndex: null, quotaBytes: null },
        { memberId: '8', role: 'unknown', state: 'down', problem: 'connection-refused', seenAt: null },
      ],
    })
    expect(Object.values(seenBefore.spread)).toEqual(Array.from({ length: 3 }, () => ({ now: null, max: null })))
    expect(seenBefore.collection.nextDueAt).not.toBeNull()
  })

  it('looks the same when what is stored was written by another build', async () => {
    await start()
    await keep({})
    await asSuperuser(place.database, `UPDATE cluster_facts SET "facts" = '{"shape":0}' WHERE "clusterId" = $1`, [
      clusterId,
    ])
    expect(await watch()).toMatchObject({ members: [], collection: { at: lookedAt.toISOString() } })
  })

  it('is not there for another team', async () => {
    await start()
    const other = await createTeam()
    await expect(getClusterWatch(other, { clusterId })).rejects.toMatchObject({ code: 'not-found' })
    await expect(askCollection(other, { clusterId })).rejects.toMatchObject({ code: 'not-found' })
    await expect(getClusterWatch(team, { clusterId: newId() })).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('the members', () => {
  it('are told as they were seen, with roles and 64-bit numbers as they are', async () => {
    await start()
    const large = 2n ** 63n - 1n
    const members = [
      memberOf(2n, { status: seen(statusOf(2n, { raftIndex: large, dbSizeQuotaBytes: 0n })) }),
      memberOf(1n),
      memberOf(3n, { isLearner: true }),
    ]
    await keep({ facts: factsOf({ members }) })
    const [leader, follower, learner] = (await watch()).members
    expect(leader).toEqual({
      ...{
        memberId: '1',
        name: 'etcd-1',
        address: 'https://10.0.0.1:2379',
        role: 'leader',
        state: 'up',
        problem: null,
      },
      ...{ downSince: null, seenAt: lookedAt.toISOString(), version: '3.6.14', dbSizeBytes: '200000000' },
      ...{ dbInUseBytes: '180000000', quotaBytes: '8589934592', raftTerm: '3', raftIndex: '900' },
      ...{ raftAppliedIndex: '900', revision: '500', latencyMs: 2 },
    })
    // 0 stands for the default of etcd.
    expect(follower).toMatchObject({ role: 'follower', raftIndex: String(large), quotaBytes: '2147483648' })
    expect(learner).toMatchObject({ role: 'learner' })
  })

  it('keep the figures they gave last when they fall silent, with the time of those', async () => {
    await start()
    const members = [memberOf(1n), downMember(2n, { downSince: ago(minuteMs) }), downMember(3n)]
    const before = { at: ago(5 * minuteMs), value: statusOf(2n, { dbSizeBytes: 77n, isLeader: true }) }
    await keep({ facts: factsOf({ members }), lastStatus: { '2': before } })
    const [, silent, never] = (await watch()).members
    expect(silent).toMatchObject({
      ...{ role: 'unknown', state: 'down', problem: 'connection-refused', downSince: ago(minuteMs).toISOString() },
      ...{ seenAt: ago(5 * minuteMs).toISOString(), dbSizeBytes: '77', quotaBytes: '8589934592', version: '3.6.14' },
    })
    expect(never).toMatchObject({ state: 'down', seenAt: null, dbSizeBytes: null, version: '', quotaBytes: null })
  })

  it('have the quota that was found for the cluster where they are too old to tell', async () => {
    await start()
    const old = memberOf(1n, { status: seen(statusOf(1n, { dbSizeQuotaBytes: undefined })) })
    const quota = seen({ bytes: 99n, source: 'metrics' } as const)
    await keep({ facts: factsOf({ members: [old], quota }) })
    expect((await watch()).members[0]?.quotaBytes).toBe('99')
    await keep({ facts: factsOf({ members: [old], quota: notSeen('not-collected-yet') }) })
    expect((await watch()).members[0]?.quotaBytes).toBeNull()
  })
})

describe('how far members lie apart', () => {
  it('is told for now, and for the worst moment of the last 24 hours', async () => {
    await start()
    const members = [memberOf(1n), memberOf(2n, { status: seen(statusOf(2n, { dbSizeBytes: 200_000_100n })) })]
    await keep({ facts: factsOf({ members }) })
    const [recent, earlier, tooOld] = [minuteMs, 23 * hourMs, 25 * hourMs].map((ms) => new Date(Date.now() - ms))
    if (!recent || !earlier || !tooOld) throw new Error('no times')
    await sample(
      { memberId: '1', at: recent, dbSizeBytes: 10n, revision: 5n, raftLag: 0n },
      { memberId: '2', at: recent, dbSizeBytes: 14n, revision: 9n, raftLag: 3n },
      { memberId: '1', at: earlier, dbSizeBytes: 10n, revision: 5n, raftLag: 12n },
      { memberId: '2', at: earlier, dbSizeBytes: 10n, revision: 205n, raftLag: 0n },
      // Alone, nothing to compare with; and one too long ago.
      { memberId: '1', at: new Date(Date.now() - hourMs), dbSizeBytes: 9_000n, raftLag: 500n },
      { memberId: '1', at: tooOld, revision: 5n },
      { memberId: '2', at: tooOld, revision: 1_000_000n },
    )
    expect((await watch()).spread).toEqual({
      dbSizeBytes: { now: '100', max: '100' },
      raftIndex: { now: '0', max: '12' },
      revision: { now: '0', max: '200' },
    })
    await keep({ facts: factsOf({ members: [memberOf(1n), downMember(2n)] }) })
    expect((await watch()).spread.revision).toEqual({ now: null, max: '200' })
  })
})

describe('members that say the largest and the smallest number there is', () => {
  it('lie apart by more than 64 bits hold', async () => {
    await start()
    const [most, least] = [2n ** 63n - 1n, -(2n ** 63n)]
    const at = new Date(Date.now() - minuteMs)
    await sample(
      { memberId: '1', at, dbSizeBytes: most, revision: most },
      { memberId: '2', at, dbSizeBytes: least, revision: least },
    )
    const max = String(2n ** 64n - 1n)
    expect((await watch()).spread).toEqual({
      dbSizeBytes: { now: null, max },
      raftIndex: { now: null, max: '0' },
      revision: { now: null, max },
    })
  })
})

describe('the verdicts', () => {
  it('are all there, and what quorum found says how the cluster is', async () => {
    await start()
    await keep({}, [lostQuorum, hashesAlike])
    expect(await watch()).toMatchObject({
      verdict: { code: 'quorum-lost', evidence: { up: 1, total: 3 } },
      verdicts: [lostQuorum, hashesAlike],
    })
  })

  it('of what is switched off, or is no more, are left out', async () => {
    await start()
    await keep({}, [lostQuorum, hashesAlike, { ...hashesAlike, inspection: 'former', key: 'former' }, 'nonsense'])
    await changeClusterSettings(team, { clusterId, features: { healthy: false } })
    expect(await watch()).toMatchObject({ verdict: null, verdicts: [hashesAlike] })
  })
})

describe('asking for a collection', () => {
  const state = () =>
    withTenant(team.tenantId, (db) =>
      db.collectionState.findUniqueOrThrow({
        where: { tenantId_clusterId: { tenantId: team.tenantId, clusterId } },
      }),
    )

  it('makes the cluster due at once; a second wish waits for the same one', async () => {
    await start()
    await asSuperuser(
      place.database,
      `UPDATE collection_state SET "nextDueAt" = now() + interval '1 hour' WHERE "clusterId" = $1`,
      [clusterId],
    )
    const first = await askCollection(team, { clusterId })
    const waiting = await state()
    expect((await state()).nextDueAt?.getTime()).toBeLessThanOrEqual(Date.now() + 1000)
    expect((await watch()).collection.isAsked).toBe(true)
    for (let again = 0; again < 3; again += 1) expect(await askCollection(team, { clusterId })).toEqual(first)
    expect(await state()).toEqual(waiting)
    await keep({})
    expect((await watch()).collection.isAsked).toBe(true)
    await asSuperuser(place.database, `UPDATE cluster_facts SET "at" = now() WHERE "clusterId" = $1`, [clusterId])
    expect((await watch()).collection.isAsked).toBe(false)
    const { rows } = await asSuperuser(
      place.database,
      `SELECT "action" FROM audit_event WHERE "tenantId" = $1 AND "targetId" = $2`,
      [team.tenantId, clusterId],
    )
    expect(rows.map(({ action }) => action)).toEqual(['cluster.inspected'])
  })

  it('at the same moment is one wish for all who ask', async () => {
    await start()
    const asked = await Promise.all(Array.from({ length: 5 }, () => askCollection(team, { clusterId })))
    expect(asked).toEqual(asked.map(() => ({ askedAt: asked[0]?.askedAt })))
  })

  it('lets a collection that is under way end first', async () => {
    await start()
    const claimedUntil = new Date(Date.now() + minuteMs)
    await withTenant(team.tenantId, (db) =>
      db.collectionState.updateMany({
        where: { tenantId: team.tenantId, clusterId },
        data: { claimedUntil, nextDueAt: claimedUntil, attempt: 3 },
      }),
    )
    await askCollection(team, { clusterId })
    await changeClusterSettings(team, { clusterId, everySeconds: 10, features: { alarm: false } })
    expect(await state()).toMatchObject({ nextDueAt: claimedUntil, attempt: 3, askedAt: expect.any(Date) })
  })

  it('is refused while the cluster is paused, which takes back a wish that still waited', async () => {
    await start()
    await askCollection(team, { clusterId })
    await updateCluster(team, { clusterId, ...updateClusterBody.parse({ isPaused: true }) })
    await expect(askCollection(team, { clusterId })).rejects.toMatchObject({ code: 'cluster-paused' })
    expect(await state()).toMatchObject({ askedAt: null, nextDueAt: null })
    expect(await watch()).toMatchObject({ isPaused: true, collection: { isAsked: false, nextDueAt: null } })
  })
})
