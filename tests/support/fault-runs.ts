import { withTenant } from '#lib/db/tenant.ts'
import type { FaultPoint } from '#lib/fault-points.ts'
import { newId } from '#lib/ids.ts'
import { keepSchedule } from '#lib/services/schedules/keep-schedule.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { JobSite } from './job-site.ts'
import { asSuperuser } from './work-team.ts'
import { spawnTestWorker } from './worker.ts'

const dieMaxMs = 30_000
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

/** Has one worker end itself at that point. Throws when it does not get there. */
async function dieAt(site: JobSite, point: FaultPoint): Promise<void> {
  await using worker = spawnTestWorker({ ...site.env, KSTONE_FAULT: point })
  const timeout = setTimeout(() => worker.signal('SIGTERM'), dieMaxMs)
  const code = await worker.exited
  clearTimeout(timeout)
  if (code !== null) throw new Error(`a worker did not end at ${point} but with ${code}: ${worker.output()}`)
}

/** Has `count` workers end themselves at that point, each with work laid out for it. Gives the jobs that were asked for. */
export async function dieAgainAndAgain(
  site: JobSite,
  team: TenantContext,
  { point, count }: { point: FaultPoint; count: number },
): Promise<string[]> {
  const asked: string[] = []
  for (let begun = 0; begun < count; begun += atOnce) {
    const size = Math.min(atOnce, count - begun)
    for (let index = 0; index < size; index += 1) asked.push(...(await layOut(site, team)))
    await Promise.all(Array.from({ length: size }, () => dieAt(site, point)))
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
