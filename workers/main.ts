import { queueNames } from '#lib/jobs/job-definitions.ts'
import { log, logFailure } from '#lib/log.ts'
import type { Consumer } from '#lib/queue/consume-jobs.ts'
import { consumeJobs } from '#lib/queue/consume-jobs.ts'
import { listenForOutbox } from '#lib/services/jobs/listen-for-outbox.ts'
import { closeWorkerProcess, openWorkerProcess } from '#lib/services/jobs/worker-process.ts'
import { secondMs } from '#lib/time.ts'
import { runJob } from './run-job.ts'
import { outboxRelay, sweeps } from './sweeps/index.ts'
import { Alarm, runSweep } from './sweeps/sweep.ts'

const jobsAtOnce = 10
/** Running jobs may end by themselves for this long; then they are given back. */
const patienceMs = 18 * secondMs
/** Whoever asked us to stop waits for 25 s. */
const stopMaxMs = 24 * secondMs

async function main(): Promise<void> {
  await openWorkerProcess()
  const stopRequest = new AbortController()
  const patience = new AbortController()
  const consumers = queueNames.map((name) =>
    consumeJobs(name, { concurrency: jobsAtOnce, handle: (delivery) => runJob(delivery, patience.signal) }),
  )
  const alarm = new Alarm()
  const listener = listenForOutbox(() => alarm.ring())
  const sweeping = [
    runSweep(outboxRelay, stopRequest.signal, alarm),
    ...sweeps.map((sweep) => runSweep(sweep, stopRequest.signal)),
  ]
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopRequest.abort())
  log().info({ queues: queueNames }, 'worker ready')
  await aborted(stopRequest.signal)

  log().info('worker stopping: no new jobs')
  setTimeout(() => process.exit(1), stopMaxMs).unref()
  await closeConsumers(consumers, patience)
  await Promise.all([...sweeping, listener.close()])
  await closeWorkerProcess()
  log().info('worker stopped')
}

async function closeConsumers(consumers: readonly Consumer[], patience: AbortController): Promise<void> {
  const timer = setTimeout(() => patience.abort(), patienceMs)
  await Promise.allSettled(consumers.map((consumer) => consumer.close()))
  clearTimeout(timer)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

main().catch((error: unknown) => {
  logFailure(error, 'the worker cannot start')
  process.exit(1)
})
