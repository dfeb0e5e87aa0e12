import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { secondMs } from '#lib/time.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import type { Watched, WatchedFleet } from '#tests/support/watched-fleet.ts'
import { openWatchedFleet } from '#tests/support/watched-fleet.ts'
import { asSuperuser } from '#tests/support/work-team.ts'
import type { WorkerProcess } from '#tests/support/worker.ts'
import { startWorkerProcess } from '#tests/support/worker.ts'

let fleet: WatchedFleet
let etcd: RunningEtcd

beforeAll(async () => {
  ;[fleet, etcd] = await Promise.all([openWatchedFleet(), startEtcd({ members: 3 })])
}, 300_000)

afterAll(async () => {
  await Promise.all([fleet?.[Symbol.asyncDispose](), etcd?.stop()])
})

async function watchMany(count: number): Promise<Watched[]> {
  const watched: Watched[] = []
  for (let index = 0; index < count; index += 1) watched.push(await fleet.watch(etcd))
  await asSuperuser(fleet.place.database, 'UPDATE collection_state SET "everySeconds" = 10, "nextDueAt" = now()')
  return watched
}

/** The longest time between two collections of each cluster, the one since the last included, in seconds. */
async function longestGaps(watched: readonly Watched[], since: Date): Promise<number[]> {
  const { rows } = await asSuperuser(
    fleet.place.database,
    `WITH looks AS (SELECT DISTINCT "clusterId", "at" FROM sample_raw WHERE "clusterId" = ANY ($1) AND "at" > $2
                    UNION SELECT unnest($1::uuid[]), $2 UNION SELECT unnest($1::uuid[]), now()),
          gaps AS (SELECT "clusterId", "at" - lag("at") OVER (PARTITION BY "clusterId" ORDER BY "at") AS gap FROM looks)
     SELECT extract(epoch FROM max(gap))::float AS gap FROM gaps GROUP BY "clusterId"`,
    [watched.map(({ clusterId }) => clusterId), since],
  )
  return rows.map(({ gap }) => Number(gap))
}

async function untilAllCollected(watched: readonly Watched[], timeout: number): Promise<void> {
  const since = new Date()
  const seen = async () => {
    const { rows } = await asSuperuser(
      fleet.place.database,
      'SELECT count(*)::int AS count FROM cluster_facts WHERE "clusterId" = ANY ($1) AND "at" > $2',
      [watched.map(({ clusterId }) => clusterId), since],
    )
    return Number(rows[0]?.count)
  }
  await expect.poll(seen, { timeout, interval: 200 }).toBe(watched.length)
}

it('goes on while Redis is emptied again and again: a turn is late by a minute at most', async () => {
  const watched = await watchMany(12)
  await untilAllCollected(watched, 30_000)
  const since = new Date()
  const redis = new Redis(fleet.place.env.REDIS_URL ?? '')
  for (let round = 0; round < 12; round += 1) {
    await redis.flushdb()
    await new Promise((resolve) => setTimeout(resolve, 3 * secondMs))
  }
  redis.disconnect()
  await untilAllCollected(watched, 80_000)
  expect(Math.max(...(await longestGaps(watched, since)))).toBeLessThan(80)
}, 300_000)

it('goes on when workers are killed again and again, each in the middle of its work', async () => {
  const watched = await watchMany(12)
  await untilAllCollected(watched, 30_000)
  const since = new Date()
  for (let round = 0; round < 4; round += 1) {
    const other: WorkerProcess = await startWorkerProcess(fleet.place.env)
    await new Promise((resolve) => setTimeout(resolve, 4 * secondMs))
    other.signal('SIGKILL')
    await other.exited
  }
  await untilAllCollected(watched, 80_000)
  // A claim of 60 s, and a lease of a shard of 8 s.
  expect(Math.max(...(await longestGaps(watched, since)))).toBeLessThan(85)
  const { rows } = await asSuperuser(
    fleet.place.database,
    `SELECT "clusterId", "key" FROM finding WHERE "resolvedAt" IS NULL GROUP BY 1, 2 HAVING count(*) > 1`,
  )
  expect(rows).toEqual([])
}, 300_000)
