import { withTenant } from '#lib/db/tenant.ts'
import type { AppError } from '#lib/errors.ts'
import { faultPoint } from '#lib/fault-points.ts'
import { putIntoOutbox } from '#lib/jobs/enqueue.ts'
import { backoffOf } from '#lib/jobs/job-definitions.ts'
import { getKind } from '#lib/jobs/job-kinds.ts'
import type { JsonValue } from '#lib/tenancy/json-value.ts'
import { announceWork } from './announce-work.ts'
import type { ClaimedJob } from './claim-job.ts'
import { endSubject } from './end-subject.ts'
import { tellOfJob } from './job-news.ts'

/** How an attempt ended; `fenced` when it was no longer ours, so that its end changed nothing. */
export type AttemptOutcome = 'done' | 'retried' | 'given-back' | 'failed' | 'cancelled' | 'fenced'

type FinalState = 'done' | 'failed' | 'cancelled'

interface JobEnd {
  state: FinalState
  error?: string
  result?: JsonValue | undefined
}

/** Ends a job that has done its work; `result` is what it has to say about it, small and without secrets. */
export function completeJob(job: ClaimedJob, result?: JsonValue): Promise<AttemptOutcome> {
  return endJob(job, { state: 'done', result })
}

/** Ends a job that somebody has called off, once its handler has let go of it. */
export function endCancelledJob(job: ClaimedJob): Promise<AttemptOutcome> {
  return endJob(job, { state: 'cancelled' })
}

/**
 * Ends an attempt that failed: a retryable failure asks for the next one after a pause, through the outbox; any other, and
 * the last, ends the job. Only the code of the failure is kept.
 */
export function failAttempt(job: ClaimedJob, failure: AppError): Promise<AttemptOutcome> {
  const definition = getKind(job.kind)
  const failures = job.failures + 1
  if (!failure.retryable || failures >= definition.attemptsMax)
    return endJob(job, { state: 'failed', error: failure.code })
  return requeue(job, { pauseMs: backoffOf(definition, failures), failures, error: failure.code, outcome: 'retried' })
}

/** Gives a job back to be run elsewhere, at once and without blame: it costs no try. */
export function giveJobBack(job: ClaimedJob): Promise<AttemptOutcome> {
  return requeue(job, { pauseMs: 0, failures: job.failures, error: null, outcome: 'given-back' })
}

async function endJob(job: ClaimedJob, { state, error, result }: JobEnd): Promise<AttemptOutcome> {
  const { tenantId, jobId, attempt } = job
  faultPoint('before-job-settle')
  const body = result === undefined ? null : JSON.stringify(result)
  const count = await withTenant(tenantId, async (db) => {
    const ended = await db.$executeRaw`
      UPDATE job SET "state" = ${state}, "error" = ${error ?? null}, "result" = ${body}::jsonb, "finishedAt" = now(),
                     "failures" = "failures" + CASE WHEN ${state} = 'failed' THEN 1 ELSE 0 END, "seenAt" = now()
       WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${jobId}::uuid AND "attempt" = ${attempt} AND "state" = 'running'`
    if (ended > 0 && state !== 'done') await endSubject(db, job)
    return ended
  })
  faultPoint('after-job-settle')
  if (count === 0) return 'fenced'
  // Routine work that goes well is no news.
  if (job.scheduleId === null || state !== 'done') tellOfJob(tenantId, jobId)
  return state
}

interface Requeueing {
  pauseMs: number
  failures: number
  error: string | null
  outcome: AttemptOutcome
}

/** The next attempt, so that this one's number opens nothing any more; or the end, if nobody wants the job any longer. */
async function requeue(job: ClaimedJob, { pauseMs, failures, error, outcome }: Requeueing): Promise<AttemptOutcome> {
  const { tenantId, jobId, attempt, kind, priority } = job
  faultPoint('before-job-settle')
  const state = await withTenant(tenantId, async (db) => {
    const [row] = await db.$queryRaw<{ state: string }[]>`
      UPDATE job SET "state" = CASE WHEN "cancelRequestedAt" IS NULL THEN 'queued' ELSE 'cancelled' END,
                     "finishedAt" = CASE WHEN "cancelRequestedAt" IS NULL THEN NULL ELSE now() END,
                     "attempt" = "attempt" + 1, "failures" = ${failures}, "error" = ${error}, "publishedAt" = NULL,
                     "seenAt" = now()
       WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${jobId}::uuid AND "attempt" = ${attempt} AND "state" = 'running'
   RETURNING "state"`
    if (row?.state === 'queued') {
      await putIntoOutbox(db, { tenantId, jobId, attempt: attempt + 1, kind, priority, pauseMs })
    }
    if (row?.state === 'cancelled') await endSubject(db, job)
    return row?.state
  })
  faultPoint('after-job-settle')
  if (state === undefined) return 'fenced'
  if (job.scheduleId === null) tellOfJob(tenantId, jobId)
  if (state === 'queued' && pauseMs === 0) announceWork()
  return state === 'cancelled' ? 'cancelled' : outcome
}
