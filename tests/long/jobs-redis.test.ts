import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeSharedRedis, sharedRedis, untilRedisIsReady } from '#lib/queue/connections.ts'
import type { JobSite } from '#tests/support/job-site.ts'
import { openJobSite } from '#tests/support/job-site.ts'
import type { OwnRedis } from '#tests/support/own-redis.ts'
import { startOwnRedis } from '#tests/support/own-redis.ts'
import { startTestWorker } from '#tests/support/worker.ts'

let redis: OwnRedis
let site: JobSite

beforeAll(async () => {
  redis = await startOwnRedis()
  site = await openJobSite({ REDIS_URL: redis.url })
  await untilRedisIsReady(5_000)
})
afterAll(async () => {
  closeSharedRedis()
  await site[Symbol.asyncDispose]()
  await redis[Symbol.asyncDispose]()
})

const doneOf = (ids: readonly string[]) => site.states(ids).then(({ done = 0 }) => done)

describe('ten thousand jobs', () => {
  it('are all done, each once, while Redis is emptied again and again', async () => {
    const team = await site.createTeam(400)
    const ids = await site.askMany(team, 10_000, 4)
    await using _one = await startTestWorker(site.env)
    await using _two = await startTestWorker(site.env)
    for (const share of [1_000, 3_000, 5_000, 7_000, 9_000]) {
      await expect.poll(() => doneOf(ids), { timeout: 120_000, interval: 200 }).toBeGreaterThan(share)
      await sharedRedis().flushall()
    }
    await expect.poll(() => site.states(ids), { timeout: 120_000, interval: 500 }).toEqual({ done: 10_000 })
    expect(await site.effects(ids)).toEqual({ none: 0, once: 10_000, more: 0 })
  })
})

describe('a Redis that is killed', () => {
  it('delays what was asked for meanwhile by at most 5 s after it is back', async () => {
    const team = await site.createTeam(400)
    await using _worker = await startTestWorker(site.env)
    for (let round = 0; round < 5; round += 1) {
      await redis.kill()
      const ids = await site.askMany(team, 20, 10)
      await new Promise((resolve) => setTimeout(resolve, 3_000))
      await redis.start()
      await expect.poll(() => site.states(ids), { timeout: 5_000, interval: 50 }).toEqual({ done: 20 })
      expect(await site.effects(ids)).toEqual({ none: 0, once: 20, more: 0 })
    }
  })

  it('in the middle of the work costs none of 2,000 jobs, and 30 s at most', async () => {
    const team = await site.createTeam(400)
    const ids = await site.askMany(team, 2_000, 10)
    await using _one = await startTestWorker(site.env)
    await using _two = await startTestWorker(site.env)
    await expect.poll(() => doneOf(ids), { timeout: 60_000, interval: 50 }).toBeGreaterThan(300)
    await redis.kill()
    await redis.start()
    const before = await doneOf(ids)
    await expect.poll(() => doneOf(ids), { timeout: 30_000, interval: 50 }).toBeGreaterThan(before + 50)
    await expect.poll(() => site.states(ids), { timeout: 120_000, interval: 200 }).toEqual({ done: 2_000 })
    expect(await site.effects(ids)).toEqual({ none: 0, once: 2_000, more: 0 })
  })
})
