import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { AppError, toAppError } from '#lib/errors.ts'
import { getKind } from '#lib/jobs/job-kinds.ts'
import { log, logFailure, withLogContext } from '#lib/log.ts'
import { metrics } from '#lib/metrics.ts'
import type { Delivery } from '#lib/queue/delivery.ts'
import type { ClaimedJob } from '#lib/services/jobs/claim-job.ts'
import { claimJob } from '#lib/services/jobs/claim-job.ts'
import { keepJobAlive } from '#lib/services/jobs/keep-job-alive.ts'
import { saveProgress } from '#lib/services/jobs/save-progress.ts'
import type { AttemptOutcome } from '#lib/services/jobs/settle-job.ts'
import { completeJob, endCancelledJob, failAttempt, giveJobBack } from '#lib/services/jobs/settle-job.ts'
import { secondMs } from '#lib/time.ts'
import { endWithSignal } from './end-with-signal.ts'
import type { Handlers } from './handlers/handler.ts'
import { ProgressReporter } from './progress-reporter.ts'
import type { RunningJobs } from './running-jobs.ts'

const signOfLifeEveryMs = 3 * secondMs
/** A handler gets this long to tidy up after its signal; then its attempt ends without it. */
const graceMs = 2 * secondMs

/** What a worker's jobs share. */
export interface Workshop {
  handlers: Handlers
  running: RunningJobs
  /** Aborted when the process can wait no longer: its jobs are then given back and run elsewhere. */
  stopping: AbortSignal
}

/** Runs one delivery. A job that waits for nobody, or is in good hands, is left alone; a duplicate changes nothing. */
export async function runJob(delivery: Delivery, shop: Workshop): Promise<void> {
  const job = await claimJob(delivery)
  if (!job) return
  const { tenantId, requestId, kind, attempt } = job
  await withLogContext({ tenantId, requestId, jobName: kind, attempt, actor: 'system' }, async () => {
    const stopTimer = metrics.jobDuration.startTimer({ job: kind })
    const outcome = await runAttempt(job, shop)
    stopTimer()
    metrics.jobs.inc({ job: kind, outcome })
    log().info({ jobId: job.jobId, outcome }, 'job attempt ended')
  })
}

async function runAttempt(job: ClaimedJob, { handlers, running, stopping }: Workshop): Promise<AttemptOutcome> {
  const over = new AbortController()
  const lost = new AbortController()
  const cancelled = running.add(job.jobId)
  const timeout = timeoutOf(job, over.signal)
  const signal = AbortSignal.any([cancelled, stopping, lost.signal, timeout])
  const heart = beat(job, { until: over.signal, lose: () => lost.abort(), cancel: () => running.cancel(job.jobId) })
  const reporter = new ProgressReporter((progress) => saveProgress(job, progress))
  try {
    const result = await endWithSignal(handle(job, { handlers, reporter, signal }), signal, graceMs)
    await reporter.flush()
    return await completeJob(job, resultOf(result))
  } catch (error) {
    if (cancelled.aborted) return await endCancelledJob(job)
    if (stopping.aborted) return await giveJobBack(job)
    logFailure(error, 'job attempt failed')
    return await failAttempt(job, toAppError(error))
  } finally {
    over.abort()
    running.remove(job.jobId)
    await heart
  }
}

interface Tools {
  handlers: Handlers
  reporter: ProgressReporter
  signal: AbortSignal
}

async function handle({ kind, payload, ...job }: ClaimedJob, { handlers, reporter, signal }: Tools): Promise<unknown> {
  const handler = handlers[kind]
  if (!handler) throw new Error(`No handler does ${kind}`)
  const context = {
    ...job,
    signal,
    report: reporter.report.bind(reporter),
  }
  return await handler(context, getKind(kind).payload.parse(payload) as never)
}

/** Aborted, with a code that lets it be tried again, when the attempt has taken as long as its kind may. */
function timeoutOf({ kind, jobId }: ClaimedJob, over: AbortSignal): AbortSignal {
  const timeout = new AbortController()
  const { timeoutMs } = getKind(kind)
  delay(timeoutMs, undefined, { signal: over, ref: false }).then(
    () => timeout.abort(new AppError('job-timed-out', `Job ${jobId} took longer than ${timeoutMs} ms`)),
    () => undefined,
  )
  return timeout.signal
}

const resultSchema = z.record(z.string(), z.json())

/** An object of JSON; anything else is no result. */
function resultOf(value: unknown): z.output<typeof resultSchema> | undefined {
  const parsed = resultSchema.safeParse(value)
  return parsed.success ? parsed.data : undefined
}

interface Heart {
  until: AbortSignal
  lose: () => void
  cancel: () => void
}

/** Shows every few seconds that the job has a living worker, and notices when it was taken away or called off. */
async function beat(job: ClaimedJob, { until, lose, cancel }: Heart): Promise<void> {
  while (!until.aborted) {
    await delay(signOfLifeEveryMs, undefined, { signal: until }).catch(() => undefined)
    if (until.aborted) return
    try {
      const standing = await keepJobAlive(job)
      if (standing === 'lost') return lose()
      if (standing === 'cancel-requested') cancel()
    } catch (error) {
      logFailure(error, 'no sign of life could be given')
    }
  }
}
