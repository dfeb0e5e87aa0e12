import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { closeSharedRedis } from '#lib/queue/connections.ts'
import { keepSchedule, pauseSchedule, removeSchedule, resumeSchedule } from '#lib/services/schedules/keep-schedule.ts'
import { runDueSchedules } from '#lib/services/schedules/run-due-schedules.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { JobSite } from '#tests/support/job-site.ts'
import { openJobSite } from '#tests/support/job-site.ts'
import { asSuperuser } from '#tests/support/work-team.ts'

let site: JobSite

beforeAll(async () => {
  site = await openJobSite()
})
afterAll(async () => {
  closeSharedRedis()
  await site[Symbol.asyncDispose]()
})

const kind = 'test-effect'

function plan(team: TenantContext, subjectId: string, everySeconds = 60): Promise<void> {
  const subject = { kind: 'cluster', id: subjectId, label: subjectId }
  return withTenant(team.tenantId, (db) =>
    keepSchedule(db, { tenantId: team.tenantId, kind, payload: { workMs: 1 }, everySeconds, subject }),
  )
}

const sql = (text: string, values: unknown[]) => asSuperuser(site.place.database, text, values)
const makeDue = (team: TenantContext, ago = '1 s') =>
  sql('UPDATE schedule SET "nextRunAt" = now() - $2::interval WHERE "tenantId" = $1', [team.tenantId, ago])
const endAll = (team: TenantContext) =>
  sql(`UPDATE job SET "state" = 'done', "finishedAt" = now() WHERE "tenantId" = $1`, [team.tenantId])

async function jobsOf(team: TenantContext): Promise<{ subjectId: string; scheduleId: string; outbox: number }[]> {
  const { rows } = await sql(
    `SELECT j."subjectId", j."scheduleId", (SELECT count(*)::int FROM outbox o WHERE o."jobId" = j."id") AS outbox
       FROM job j WHERE "tenantId" = $1`,
    [team.tenantId],
  )
  return rows
}

async function nextOf(team: TenantContext): Promise<{ inSeconds: number; shift: number }[]> {
  const { rows } = await sql(
    `SELECT extract(epoch FROM "nextRunAt" - now())::float8 AS "inSeconds",
            (extract(epoch FROM "nextRunAt")::numeric % "everySeconds")::float8 AS "shift"
       FROM schedule WHERE "tenantId" = $1 ORDER BY "id"`,
    [team.tenantId],
  )
  return rows
}

async function sweepUntilDone(): Promise<void> {
  while ((await runDueSchedules()) > 0);
}

describe('a schedule', () => {
  it('has one job for a turn, however many sweeps look at once', async () => {
    const team = await site.createTeam()
    for (let count = 0; count < 250; count += 1) await plan(team, newId())
    await makeDue(team)
    await Promise.all(Array.from({ length: 8 }, sweepUntilDone))
    const jobs = await jobsOf(team)
    expect(jobs).toHaveLength(250)
    expect(new Set(jobs.map(({ scheduleId }) => scheduleId)).size).toBe(250)
    expect(jobs.every(({ outbox }) => outbox === 1)).toBe(true)
  })

  it('makes up for an hour in which nobody looked with one job, and goes on at its own second', async () => {
    const team = await site.createTeam()
    await plan(team, 'a')
    await makeDue(team, '1 hour')
    await sweepUntilDone()
    const [first] = await nextOf(team)
    await endAll(team)
    await sweepUntilDone()
    expect(await jobsOf(team)).toHaveLength(1)
    expect(first?.inSeconds).toBeGreaterThan(0)
    expect(first?.inSeconds).toBeLessThanOrEqual(60)
    await makeDue(team, '12 s')
    await sweepUntilDone()
    expect(await jobsOf(team)).toHaveLength(2)
    expect((await nextOf(team))[0]?.shift).toBe(first?.shift)
  })

  it('shares its period with many others by spreading over it', async () => {
    const team = await site.createTeam()
    for (let count = 0; count < 200; count += 1) await plan(team, newId())
    const spread = async () => (await nextOf(team)).map(({ inSeconds }) => Math.floor(inSeconds / 15))
    const perQuarter = (quarters: number[]) =>
      [0, 1, 2, 3].map((quarter) => quarters.filter((q) => q === quarter).length)
    for (const count of perQuarter(await spread())) expect(count).toBeGreaterThan(25)
    await makeDue(team)
    await sweepUntilDone()
    for (const count of perQuarter(await spread())) expect(count).toBeGreaterThan(25)
  })

  it('has no second job while its last one has not ended, and none while it is paused', async () => {
    const team = await site.createTeam()
    const name = { tenantId: team.tenantId, kind, subjectId: 'a' }
    await plan(team, 'a')
    for (let turn = 0; turn < 3; turn += 1) {
      await makeDue(team)
      await sweepUntilDone()
    }
    expect(await jobsOf(team)).toHaveLength(1)
    await endAll(team)
    await withTenant(team.tenantId, (db) => pauseSchedule(db, name))
    await makeDue(team)
    await sweepUntilDone()
    expect(await jobsOf(team)).toHaveLength(1)
    await withTenant(team.tenantId, (db) => resumeSchedule(db, name))
    await sweepUntilDone()
    expect(await jobsOf(team)).toHaveLength(2)
    await withTenant(team.tenantId, (db) => removeSchedule(db, name))
    expect(await nextOf(team)).toEqual([])
  })

  it('is refused a second open job by the database itself', async () => {
    const team = await site.createTeam()
    await plan(team, 'a')
    await makeDue(team)
    await sweepUntilDone()
    const [job] = await jobsOf(team)
    const double = sql(
      `INSERT INTO job ("tenantId", "id", "kind", "payload", "scheduleId") VALUES ($1, gen_random_uuid(), 'x', '{}', $2)`,
      [team.tenantId, job?.scheduleId],
    )
    await expect(double).rejects.toThrow(/job_of_schedule_key/)
  })

  it('keeps its turns when it is said again, and gets new ones with a new period', async () => {
    const team = await site.createTeam()
    await plan(team, 'a', 86_400)
    const [before] = await nextOf(team)
    await plan(team, 'a', 86_400)
    const [same] = await nextOf(team)
    expect(same?.shift).toBe(before?.shift)
    await plan(team, 'a', 10)
    expect(await nextOf(team)).toHaveLength(1)
    expect((await nextOf(team))[0]?.inSeconds).toBeLessThanOrEqual(10)
  })

  it('of a payload its kind does not understand keeps no other from its turn', async () => {
    const team = await site.createTeam()
    for (const subject of ['a', 'b', 'c']) await plan(team, subject)
    await sql(`UPDATE schedule SET "payload" = '{"from": "the future"}' WHERE "tenantId" = $1 AND "subjectId" = 'b'`, [
      team.tenantId,
    ])
    await makeDue(team)
    await sweepUntilDone()
    expect((await jobsOf(team)).map(({ subjectId }) => subjectId).toSorted()).toEqual(['a', 'c'])
  })
})
