import { setTimeout as delay } from 'node:timers/promises'
import { withTenant } from '#lib/db/tenant.ts'
import type { FaultPoint } from '#lib/fault-points.ts'
import { newId } from '#lib/ids.ts'
import { keepSchedule } from '#lib/services/schedules/keep-schedule.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { JobSite } from './job-site.ts'
import { asSuperuser } from './work-team.ts'
import { spawnTestWorker } from './worker.ts'

const dieMaxMs = 60_000
const moreWorkMs = 5_000
/** Where machines are slow, starting workers is what they are slow at. */
const atOnce = 3

/** Work for a worker to die of: jobs somebody asked for, and a schedule whose turn has come. Gives the jobs asked for. */
async function layOut(site: JobSite, team: TenantContext): Promise<string[]> {
  const { tenantId } = team
  const subject = { kind: 'cluster', id: newId(), label: 'c' }
  await withTenant(tenantId, (db) =>
    keepSchedule(db, { tenantId, kind: 'test-effect', payload: { workMs: 20 }, everySeconds: 86_400, subject }),
  )
  await asSuperuser(site.place.database, 'UPDATE schedule SET "nextRunAt" = now() WHERE "subjectId" = $1', [subject.id])
  return [await site.ask(team), await site.ask(team)]
}

interface Deaths {
  point: FaultPoint
  count: number
}

/** Has one worker end itself at that point, with new work laid out as long as it lives: others may have taken the rest. */
async function dieAt(site: JobSite, team: TenantContext, point: FaultPoint): Promise<string[]> {
  const asked = await layOut(site, team)
  await using worker = spawnTestWorker({ ...site.env, KSTONE_FAULT: point })
  const deadline = Date.now() + dieMaxMs
  while ((await Promise.race([worker.exited, delay(moreWorkMs, 'alive')])) === 'alive') {
    if (Date.now() > deadline) throw new Error(`a worker did not end at ${point}: ${worker.output()}`)
    asked.push(...(await layOut(site, team)))
  }
  const code = await worker.exited
  if (code !== null) throw new Error(`a worker did not end at ${point} but with ${code}: ${worker.output()}`)
  return asked
}

/** Has `count` workers end themselves at that point. Gives the jobs that were asked for; half as many come by schedules. */
export async function dieAgainAndAgain(
  site: JobSite,
  team: TenantContext,
  { point, count }: Deaths,
): Promise<string[]> {
  const asked: string[] = []
  for (let begun = 0; begun < count; begun += atOnce) {
    const size = Math.min(atOnce, count - begun)
    const rounds = await Promise.all(Array.from({ length: size }, () => dieAt(site, team, point)))
    asked.push(...rounds.flat())
  }
  return asked
}

/** All jobs of a team, those of its schedules among them. */
export async function jobsOf(site: JobSite, { tenantId }: TenantContext): Promise<string[]> {
  const { rows } = await asSuperuser(site.place.database, 'SELECT "id" FROM job WHERE "tenantId" = $1', [tenantId])
  return rows.map(({ id }) => id)
}

/** Schedules whose turn has not been taken. */
export async function turnsLeft(site: JobSite, { tenantId }: TenantContext): Promise<number> {
  const { rows } = await asSuperuser(
    site.place.database,
    'SELECT count(*)::int AS count FROM schedule WHERE "tenantId" = $1 AND "nextRunAt" <= now()',
    [tenantId],
  )
  return rows[0].count
}
