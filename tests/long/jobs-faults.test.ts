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

/** With an heir in between, so that no job is taken for the cause of so many deaths. */
const groups = 2
const workersPerGroup = 10

describe('twenty workers killed one after the other', () => {
  it.each(faultPoints)('at %s lose nothing and have nothing done twice', async (point) => {
    const team = await site.createTeam()
    const askedInAll: string[] = []
    for (let group = 0; group < groups; group += 1) {
      const asked = await dieAgainAndAgain(site, team, { point, count: workersPerGroup })
      askedInAll.push(...asked)
      await using _heir = await startTestWorker(site.env)
      await expect.poll(() => site.states(asked), { timeout: 20_000, interval: 100 }).toEqual({ done: asked.length })
      await expect.poll(() => turnsLeft(site, team), { timeout: 10_000 }).toBe(0)
    }
    await using _last = await startTestWorker(site.env)
    const all = await jobsOf(site, team)
    await expect.poll(() => site.states(all), { timeout: 20_000, interval: 100 }).toEqual({ done: all.length })
    // For two jobs that were asked for there was one turn of a schedule.
    expect(all).toHaveLength(askedInAll.length * 1.5)
    expect(askedInAll.length).toBeGreaterThanOrEqual(2 * groups * workersPerGroup)
    expect(await site.effects(all)).toEqual({ none: 0, once: all.length, more: 0 })
    for (const row of await site.rows(all)) expect(row).toMatchObject({ failures: 0, error: null })
  })
})
