import { withTenant } from '#lib/db/tenant.ts'
import type { AppError } from '#lib/errors.ts'
import { backoffOf, jobDefinitions } from '#lib/jobs/job-definitions.ts'
import type { ClaimedJob } from './claim-job.ts'

/** How an attempt ended; `fenced` when it was no longer ours, so that its end changed nothing. */
export type AttemptOutcome = 'done' | 'retried' | 'failed' | 'fenced'

/** Ends a job that has done its work. */
export async function completeJob({ tenantId, jobId, attempt }: ClaimedJob): Promise<AttemptOutcome> {
  const count = await withTenant(
    tenantId,
    (db) => db.$executeRaw`
      UPDATE job SET "state" = 'done', "error" = NULL, "finishedAt" = now(), "seenAt" = now()
       WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${jobId}::uuid AND "attempt" = ${attempt} AND "state" = 'running'`,
  )
  return count === 1 ? 'done' : 'fenced'
}

/**
 * Ends an attempt that failed: a retryable failure asks for the next one after a pause, through the outbox; any other, and
 * the last, ends the job. Only the code of the failure is kept.
 */
export function failAttempt(job: ClaimedJob, failure: AppError): Promise<AttemptOutcome> {
  const definition = jobDefinitions[job.kind]
  const isFinal = !failure.retryable || job.attempt >= definition.attemptsMax
  if (!isFinal) return requeueJob(job, { pauseMs: backoffOf(definition, job.attempt), error: failure.code })
  return endInFailure(job, failure.code)
}

async function endInFailure({ tenantId, jobId, attempt }: ClaimedJob, error: string): Promise<AttemptOutcome> {
  const count = await withTenant(
    tenantId,
    (db) => db.$executeRaw`
      UPDATE job SET "state" = 'failed', "error" = ${error}, "finishedAt" = now(), "seenAt" = now()
       WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${jobId}::uuid AND "attempt" = ${attempt} AND "state" = 'running'`,
  )
  return count === 1 ? 'failed' : 'fenced'
}

/** Gives a job back, to be run again after `pauseMs`: the next attempt, so that this one's number opens nothing any more. */
export async function requeueJob(
  { tenantId, jobId, attempt, kind }: ClaimedJob,
  { pauseMs, error }: { pauseMs: number; error: string | null },
): Promise<AttemptOutcome> {
  const count = await withTenant(tenantId, async (db) => {
    const requeued = await db.$executeRaw`
      UPDATE job SET "state" = 'queued', "attempt" = "attempt" + 1, "error" = ${error}, "seenAt" = now()
       WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${jobId}::uuid AND "attempt" = ${attempt} AND "state" = 'running'`
    if (requeued === 0) return 0
    return await db.$executeRaw`
      INSERT INTO outbox ("tenantId", "jobId", "attempt", "kind", "dueAt")
      VALUES (${tenantId}::uuid, ${jobId}::uuid, ${attempt + 1}, ${kind}, now() + ${pauseMs} * interval '1 ms')`
  })
  return count === 1 ? 'retried' : 'fenced'
}
