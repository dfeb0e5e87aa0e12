import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faultPoints } from '#lib/fault-points.ts'
import { closeSharedRedis } from '#lib/queue/connections.ts'
import { dieAgainAndAgain, jobsOf, turnsLeft } from '#tests/support/fault-runs.ts'
import type { JobSite } from '#tests/support/job-site.ts'
import { openJobSite } from '#tests/support/job-site.ts'
import { startTestWorker } from '#tests/support/worker.ts'

let site: JobSite

beforeAll(async () => {
  site = await openJobSite()
})
afterAll(async () => {
  closeSharedRedis()
  await site[Symbol.asyncDispose]()
})

describe('a worker that is killed', () => {
  it('at any named point loses nothing and has nothing done twice; the next one is through within 20 s', async () => {
    const team = await site.createTeam()
    const asked: string[] = []
    for (const point of faultPoints) asked.push(...(await dieAgainAndAgain(site, team, { point, count: 1 })))
    await using _heir = await startTestWorker(site.env)
    await expect.poll(() => site.states(asked), { timeout: 20_000, interval: 100 }).toEqual({ done: asked.length })
    await expect.poll(() => turnsLeft(site, team), { timeout: 5_000 }).toBe(0)
    const all = await jobsOf(site, team)
    await expect.poll(() => site.states(all), { timeout: 20_000, interval: 100 }).toEqual({ done: all.length })
    // For two jobs that were asked for there was one turn of a schedule.
    expect(all).toHaveLength(asked.length * 1.5)
    expect(await site.effects(all)).toEqual({ none: 0, once: all.length, more: 0 })
    for (const row of await site.rows(all)) expect(row).toMatchObject({ failures: 0, error: null })
    // Thirteen workers are started one after the other.
  }, 240_000)
})
