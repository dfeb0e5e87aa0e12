import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import { faultPoint } from '#lib/fault-points.ts'
import { knownKinds } from '#lib/jobs/job-kinds.ts'
import { log } from '#lib/log.ts'
import type { Delivery } from '#lib/queue/delivery.ts'
import { secondMs } from '#lib/time.ts'
import { endSubject } from './end-subject.ts'
import { tellOfJob } from './job-news.ts'

/** A running job whose worker has said nothing for this long is taken over. Workers say something every 3 s. */
export const signOfLifeMaxMs = 10 * secondMs

/** A job in whose midst so many workers have ended is taken for the cause, and ended before it takes the next one along. */
export const takeOversMax = 5

/** One attempt that is ours: its number fences every write, so what a worker thought dead does later touches no row. */
export interface ClaimedJob {
  tenantId: string
  jobId: string
  attempt: number
  kind: string
  payload: unknown
  requestId: string
  /** Failures before this attempt. */
  failures: number
  priority: number
  /** The schedule whose turn it is; null for what somebody asked for. */
  scheduleId: string | null
}

interface ClaimedRow {
  attempt: number
  kind: string
  payload: unknown
  requestId: string | null
  failures: number
  priority: number
  scheduleId: string | null
}

/**
 * Takes one delivery: the job if it waits, or if the worker that had it gives no sign of life (its attempt then ends and ours
 * is the next). Undefined when there is nothing to do: done already, cancelled, in good hands, of a team that is gone, or of a
 * kind that only other builds know, to whose workers it is left.
 */
export async function claimJob({ tenantId, jobId, attempt }: Delivery): Promise<ClaimedJob | undefined> {
  faultPoint('before-job-claim')
  const row = await withTenant(tenantId, async (db) => {
    const [waiting] = await db.$queryRaw<ClaimedRow[]>`
      UPDATE job SET "state" = 'running', "startedAt" = coalesce("startedAt", now()), "seenAt" = now()
       WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${jobId}::uuid AND "attempt" = ${attempt} AND "state" = 'queued'
         AND "kind" = ANY(${knownKinds()}::text[])
   RETURNING "attempt", "kind", "payload", "requestId", "failures", "priority", "scheduleId"`
    return waiting ?? (await takeOver(db, { tenantId, jobId, attempt }))
  })
  if (!row) return undefined
  faultPoint('after-job-claim')
  if (row.scheduleId === null) tellOfJob(tenantId, jobId)
  return { tenantId, jobId, ...row, requestId: row.requestId ?? jobId }
}

/** A job nobody wants any more, and one that too many workers have not survived, ends here instead of running again. */
async function takeOver(db: Db, { tenantId, jobId, attempt }: Delivery): Promise<ClaimedRow | undefined> {
  const [orphan] = await db.$queryRaw<(ClaimedRow & { state: string })[]>`
    UPDATE job SET "attempt" = "attempt" + 1, "takeOvers" = "takeOvers" + 1, "seenAt" = now(),
                   "state" = next."state",
                   "error" = CASE next."state" WHEN 'failed' THEN 'worker-lost' WHEN 'running' THEN "error" END,
                   "finishedAt" = CASE WHEN next."state" <> 'running' THEN now() END
      FROM (SELECT "tenantId" AS "ofTeam", "id" AS "ofJob",
                   CASE WHEN "cancelRequestedAt" IS NOT NULL THEN 'cancelled'
                        WHEN "takeOvers" >= ${takeOversMax} THEN 'failed' ELSE 'running' END AS "state"
              FROM job WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${jobId}::uuid FOR UPDATE) AS next
     WHERE "tenantId" = next."ofTeam" AND "id" = next."ofJob" AND "attempt" = ${attempt} AND job."state" = 'running'
       AND "kind" = ANY(${knownKinds()}::text[]) AND "seenAt" < now() - ${signOfLifeMaxMs} * interval '1 ms'
 RETURNING "attempt", "kind", "payload", "requestId", "failures", "priority", "scheduleId", job."state"`
  if (!orphan) return undefined
  log().warn({ jobId, attempt: orphan.attempt }, 'a job is taken from a worker that gives no sign of life')
  if (orphan.state === 'running') return orphan
  log().warn({ jobId, state: orphan.state }, 'the job ends with its worker')
  await endSubject(db, { tenantId, ...orphan })
  tellOfJob(tenantId, jobId)
  return undefined
}

/**
 * Fences a transaction of the work itself: its writes are kept only if the job is still ours when they are committed.
 * Throws `conflict` when somebody has taken it over.
 */
export async function holdJob(db: Db, { tenantId, jobId, attempt }: Delivery): Promise<void> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM job
     WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${jobId}::uuid AND "attempt" = ${attempt} AND "state" = 'running'
       FOR UPDATE`
  if (rows.length === 0) throw new AppError('conflict', `Attempt ${attempt} of job ${jobId} was taken over`)
}
