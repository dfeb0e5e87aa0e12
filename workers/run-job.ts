import { setTimeout as delay } from 'node:timers/promises'
import { toAppError } from '#lib/errors.ts'
import { jobDefinitions } from '#lib/jobs/job-definitions.ts'
import { log, logFailure, withLogContext } from '#lib/log.ts'
import { metrics } from '#lib/metrics.ts'
import type { Delivery } from '#lib/queue/delivery.ts'
import type { ClaimedJob } from '#lib/services/jobs/claim-job.ts'
import { claimJob, keepJobAlive } from '#lib/services/jobs/claim-job.ts'
import type { AttemptOutcome } from '#lib/services/jobs/settle-job.ts'
import { completeJob, failAttempt, requeueJob } from '#lib/services/jobs/settle-job.ts'
import { secondMs } from '#lib/time.ts'
import { endWithSignal } from './end-with-signal.ts'
import { handlers } from './handlers/index.ts'

const signOfLifeEveryMs = 3 * secondMs
/** A handler gets this long to tidy up after its signal; then its attempt ends without it. */
const graceMs = 2 * secondMs

/**
 * Runs one delivery. A job that waits for nobody, or is in good hands, is left alone; a duplicate changes nothing.
 * `stopping` is aborted when the process can wait no longer: the job is then given back and runs elsewhere.
 */
export async function runJob(delivery: Delivery, stopping: AbortSignal): Promise<void> {
  const job = await claimJob(delivery)
  if (!job) return
  const { tenantId, requestId, kind, attempt } = job
  await withLogContext({ tenantId, requestId, jobName: kind, attempt, actor: 'system' }, async () => {
    const stopTimer = metrics.jobDuration.startTimer({ job: kind })
    const outcome = await runAttempt(job, stopping)
    stopTimer()
    metrics.jobs.inc({ job: kind, outcome })
    log().info({ jobId: job.jobId, outcome }, 'job attempt ended')
  })
}

async function runAttempt(job: ClaimedJob, stopping: AbortSignal): Promise<AttemptOutcome> {
  const over = new AbortController()
  const lost = new AbortController()
  const signal = AbortSignal.any([stopping, lost.signal, AbortSignal.timeout(jobDefinitions[job.kind].timeoutMs)])
  const heart = beat(job, { until: over.signal, lose: () => lost.abort() })
  try {
    await endWithSignal(handle(job, signal), signal, graceMs)
    return await completeJob(job)
  } catch (error) {
    if (stopping.aborted) return await requeueJob(job, { pauseMs: 0, error: null })
    logFailure(error, 'job attempt failed')
    return await failAttempt(job, toAppError(error))
  } finally {
    over.abort()
    await heart
  }
}

function handle({ kind, payload, ...job }: ClaimedJob, signal: AbortSignal): Promise<void> {
  return handlers[kind]({ ...job, signal }, jobDefinitions[kind].payload.parse(payload))
}

/** Shows every few seconds that the job has a living worker, and notices when it has been taken away. */
async function beat(job: ClaimedJob, { until, lose }: { until: AbortSignal; lose: () => void }): Promise<void> {
  while (!until.aborted) {
    await delay(signOfLifeEveryMs, undefined, { signal: until }).catch(() => undefined)
    if (until.aborted) return
    try {
      if (!(await keepJobAlive(job))) return lose()
    } catch (error) {
      logFailure(error, 'no sign of life could be given')
    }
  }
}
