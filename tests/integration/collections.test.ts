import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { updateClusterBody } from '#lib/contracts/clusters.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { removeCluster } from '#lib/services/clusters/remove-cluster.ts'
import { updateCluster } from '#lib/services/clusters/update-cluster.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { watchRelayed } from '#tests/support/relayed-etcd.ts'
import type { Watched, WatchedFleet } from '#tests/support/watched-fleet.ts'
import { openWatchedFleet } from '#tests/support/watched-fleet.ts'
import { asSuperuser } from '#tests/support/work-team.ts'
import { startWorkerProcess } from '#tests/support/worker.ts'

let fleet: WatchedFleet
let etcd: RunningEtcd

beforeAll(async () => {
  ;[fleet, etcd] = await Promise.all([openWatchedFleet(), startEtcd({ members: 3 })])
}, 300_000)

afterAll(async () => {
  await Promise.all([fleet?.[Symbol.asyncDispose](), etcd?.stop()])
})

async function rows(sql: string, values: unknown[]): Promise<Record<string, unknown>[]> {
  return (await asSuperuser(fleet.place.database, sql, values)).rows
}

async function one(sql: string, { clusterId }: Watched): Promise<Record<string, unknown>> {
  const [row] = await rows(sql, [clusterId])
  return row ?? expect.fail(`a row of ${sql}`)
}

const collected = (watched: Watched) => one('SELECT max("at") AS at FROM cluster_facts WHERE "clusterId" = $1', watched)
const turnOf = (watched: Watched) =>
  one(
    `SELECT "attempt", "failures", "claimedUntil", "lateMs", "tookMs", "askedAt",
            extract(epoch FROM "nextDueAt" - now()) AS wait FROM collection_state WHERE "clusterId" = $1`,
    watched,
  )
const changesOf = async ({ team, clusterId }: Watched) => {
  const told = await rows(
    `SELECT 1 FROM event WHERE "tenantId" = $1 AND "kind" = 'cluster.changed' AND "payload"->>'clusterId' = $2`,
    [team.tenantId, clusterId],
  )
  return told.length
}

describe('a cluster that was brought in', () => {
  it('is collected within seconds, without anybody asking, and again after its period', async () => {
    const watched = await fleet.watch(etcd)
    await expect.poll(async () => (await collected(watched)).at, { timeout: 5_000 }).not.toBeNull()
    expect(await fleet.stateOf(watched)).toEqual({ state: 'running', problem: null, membersUp: 3, membersTotal: 3 })
    const turn = await turnOf(watched)
    expect(turn).toMatchObject({ attempt: 1, failures: 0, claimedUntil: null })
    expect(Number(turn.wait)).toBeGreaterThan(50)
    expect(Number(turn.wait)).toBeLessThan(64)
    expect(turn.lateMs).toBeLessThan(5_000)
  })

  it('leaves one sample of each member by each collection', async () => {
    const watched = await fleet.watch(etcd)
    await fleet.interval(watched)
    await fleet.interval(watched)
    const [told] = await rows(
      `SELECT count(*)::int AS samples, count(DISTINCT "at")::int AS collections, count(DISTINCT "memberId")::int AS members,
              min("dbSizeBytes") > 0 AND min("revision") > 0 AND min("raftLag") >= 0 AS sound
         FROM sample_raw WHERE "clusterId" = $1`,
      [watched.clusterId],
    )
    expect(told).toMatchObject({ members: 3, sound: true })
    expect(told?.samples).toBe(Number(told?.collections) * 3)
  })

  it('tells open pages once what is new, and nothing when nothing is', async () => {
    const watched = await fleet.watch(etcd)
    await fleet.interval(watched)
    const before = await changesOf(watched)
    await fleet.interval(watched)
    await fleet.interval(watched)
    expect(await changesOf(watched)).toBe(before)
    await rows(`UPDATE cluster SET "state" = 'unreachable' WHERE "id" = $1`, [watched.clusterId])
    await fleet.interval(watched)
    expect(await changesOf(watched)).toBe(before + 1)
  })

  it('is left alone while it is paused, and collected as soon as it is not', async () => {
    const watched = await fleet.watch(etcd)
    await fleet.interval(watched)
    const { clusterId, team } = watched
    await updateCluster(team, { ...updateClusterBody.parse({ isPaused: true }), clusterId })
    expect(await turnOf(watched)).toMatchObject({ wait: null })
    const { at } = await collected(watched)
    await updateCluster(team, { ...updateClusterBody.parse({ isPaused: false }), clusterId })
    await expect.poll(async () => (await collected(watched)).at, { timeout: 5_000 }).not.toEqual(at)
  })

  it('shows nobody as up once nobody answers, also where nothing was remembered', async () => {
    await using relayed = await watchRelayed(fleet, etcd)
    const { watched, relays } = relayed
    await fleet.interval(watched)
    const states = () =>
      rows('SELECT "state", "isLeader", "latencyMs" FROM cluster_member WHERE "clusterId" = $1', [watched.clusterId])
    expect((await states()).map(({ state }) => state)).toEqual(['up', 'up', 'up'])
    for (const relay of relays) relay.freeze()
    await rows('DELETE FROM cluster_facts WHERE "clusterId" = $1', [watched.clusterId])
    await fleet.interval(watched)
    expect(await fleet.stateOf(watched)).toMatchObject({ state: 'unreachable', membersUp: 0, membersTotal: 3 })
    expect(await states()).toEqual(new Array(3).fill({ state: 'unknown', isLeader: false, latencyMs: null }))
  })

  it('that is removed leaves nothing behind', async () => {
    const watched = await fleet.watch(etcd)
    await fleet.interval(watched)
    const { team, clusterId } = watched
    const { name } = (await one('SELECT "name" FROM cluster WHERE "id" = $1', watched)) as { name: string }
    await removeCluster(team, { clusterId, confirmName: name })
    for (const table of ['collection_state', 'cluster_facts', 'finding', 'sample_raw']) {
      expect(await rows(`SELECT 1 FROM ${table} WHERE "clusterId" = $1`, [clusterId]), table).toEqual([])
    }
  })
})

describe('two workers', () => {
  it('share the shards, and one takes over when the other is killed', async () => {
    const watched = await Promise.all(Array.from({ length: 8 }, () => fleet.watch(etcd)))
    const other = await startWorkerProcess(fleet.place.env)
    for (const each of watched) await fleet.interval(each)
    other.signal('SIGKILL')
    await other.exited
    const killedMs = performance.now()
    await Promise.all(watched.map((each) => fleet.interval(each)))
    // A lease of 8 s, a round of 2.5 s, and what a worker that is gone had taken out of the queue.
    expect(performance.now() - killedMs).toBeLessThan(20_000)
  })
})
