import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import type { JobName } from '#lib/jobs/job-definitions.ts'
import { isJobName, jobDefinitions, jobNames } from '#lib/jobs/job-definitions.ts'
import { log } from '#lib/log.ts'
import type { Delivery } from '#lib/queue/delivery.ts'
import { secondMs } from '#lib/time.ts'

/** A running job whose worker has said nothing for this long is taken over. Workers say something every 3 s. */
export const signOfLifeMaxMs = 10 * secondMs

/** One attempt that is ours: its number fences every write, so what a worker thought dead does later touches no row. */
export interface ClaimedJob {
  tenantId: string
  jobId: string
  attempt: number
  kind: JobName
  payload: unknown
  requestId: string
}

interface ClaimedRow {
  attempt: number
  kind: string
  payload: unknown
  requestId: string | null
}

/**
 * Takes one delivery: the job if it waits, or if the worker that had it gives no sign of life (its attempt then ends and ours
 * is the next). Undefined when there is nothing to do: done already, in good hands, of a team that is gone, or of a kind that
 * only other builds know, to whose workers it is left.
 */
export async function claimJob({ tenantId, jobId, attempt }: Delivery): Promise<ClaimedJob | undefined> {
  const row = await withTenant(tenantId, async (db) => {
    const [waiting] = await db.$queryRaw<ClaimedRow[]>`
      UPDATE job SET "state" = 'running', "startedAt" = coalesce("startedAt", now()), "seenAt" = now()
       WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${jobId}::uuid AND "attempt" = ${attempt} AND "state" = 'queued'
         AND "kind" = ANY(${jobNames}::text[])
   RETURNING "attempt", "kind", "payload", "requestId"`
    return waiting ?? (await takeOver(db, { tenantId, jobId, attempt }))
  })
  if (!row) return undefined
  if (!isJobName(row.kind)) throw new Error(`Job ${jobId} is of a kind this build does not know: ${row.kind}`)
  return { tenantId, jobId, ...row, kind: row.kind, requestId: row.requestId ?? jobId }
}

async function takeOver(db: Db, { tenantId, jobId, attempt }: Delivery): Promise<ClaimedRow | undefined> {
  const [orphan] = await db.$queryRaw<ClaimedRow[]>`
    UPDATE job SET "attempt" = "attempt" + 1, "seenAt" = now()
     WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${jobId}::uuid AND "attempt" = ${attempt} AND "state" = 'running'
       AND "kind" = ANY(${jobNames}::text[]) AND "seenAt" < now() - ${signOfLifeMaxMs} * interval '1 ms'
 RETURNING "attempt", "kind", "payload", "requestId"`
  if (!orphan) return undefined
  log().warn({ jobId, attempt: orphan.attempt }, 'taking a job over from a worker that gives no sign of life')
  const isLastStraw = isJobName(orphan.kind) && orphan.attempt > jobDefinitions[orphan.kind].attemptsMax
  if (!isLastStraw) return orphan
  await db.$executeRaw`
    UPDATE job SET "state" = 'failed', "error" = 'worker-lost', "finishedAt" = now()
     WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${jobId}::uuid AND "attempt" = ${orphan.attempt}`
  return undefined
}

/** Says that the worker lives. False when the job is no longer ours. */
export async function keepJobAlive({ tenantId, jobId, attempt }: Delivery): Promise<boolean> {
  const count = await withTenant(
    tenantId,
    (db) => db.$executeRaw`
      UPDATE job SET "seenAt" = now()
       WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${jobId}::uuid AND "attempt" = ${attempt} AND "state" = 'running'`,
  )
  return count === 1
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
