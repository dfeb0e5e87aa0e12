import { queues } from '#lib/jobs/job-definitions.ts'
import { getKind, knownKinds } from '#lib/jobs/job-kinds.ts'
import { log } from '#lib/log.ts'
import type { Consumer } from '#lib/queue/consume-jobs.ts'
import { consumeJobs } from '#lib/queue/consume-jobs.ts'
import { delivery } from '#lib/queue/delivery.ts'
import { listenForWork } from '#lib/services/jobs/listen-for-work.ts'
import { closeWorkerProcess, openWorkerProcess } from '#lib/services/jobs/worker-process.ts'
import { secondMs } from '#lib/time.ts'
import { ShardKeeper } from './collections/shard-keeper.ts'
import type { Handlers } from './handlers/handler.ts'
import { openMetricsDoor } from './metrics-door.ts'
import { runJob } from './run-job.ts'
import { RunningJobs } from './running-jobs.ts'
import type { Streams } from './streams/stream.ts'
import { StreamKeeper } from './streams/stream-keeper.ts'
import { dueCollections, outboxRelay, sweeps } from './sweeps/index.ts'
import type { Sweep } from './sweeps/sweep.ts'
import { Alarm, runSweep } from './sweeps/sweep.ts'

/** Running jobs may end by themselves for this long; then they are given back. */
const patienceMs = 18 * secondMs
/** Whoever asked us to stop waits for 25 s. */
const stopMaxMs = 24 * secondMs
/** Jobs that end together free their places in one round of the relay. */
const freedPauseMs = 25
const renewEveryMs = 2.5 * secondMs
/** Batches that end together make room in one round of the sweep. */
const roomPauseMs = 100

/** What a worker can do: every kind it knows has its entry here. */
export interface Skills {
  handlers: Handlers
  streams: Streams
}

/** Works until SIGTERM or SIGINT, then ends what it is at or gives it back. Throws an Error that says why it cannot start. */
export async function runWorker({ handlers, streams }: Skills): Promise<void> {
  await openWorkerProcess()
  const door = await openMetricsDoor()
  const stopRequest = new AbortController()
  const patience = new AbortController()
  const running = new RunningJobs()
  const alarm = new Alarm()
  const collectAlarm = new Alarm()
  const keeper = new StreamKeeper(streams)
  const shardKeeper = new ShardKeeper({
    stopping: patience.signal,
    onRoom: () => collectAlarm.ringSoon(roomPauseMs),
  })
  const shop = { handlers, running, stopping: patience.signal }
  const names = [...new Set(knownKinds().map((kind) => getKind(kind).queue))]
  const consumers = names.map((name) =>
    consumeJobs(name, {
      concurrency: jobsAtOnceOf(name),
      schema: delivery,
      handle: async (delivery) => {
        await runJob(delivery, shop)
        alarm.ringSoon(freedPauseMs)
      },
    }),
  )
  const onWork = () => {
    alarm.ring()
    collectAlarm.ring()
  }
  const listener = listenForWork({ onWork, onCancel: (jobId) => running.cancel(jobId) })
  const sweeping = [
    runSweep(outboxRelay, stopRequest.signal, alarm),
    runSweep(dueCollections, stopRequest.signal, collectAlarm),
    ...[...sweeps, keeping('keep-streams', keeper), keeping('keep-shards', shardKeeper)].map((sweep) =>
      runSweep(sweep, stopRequest.signal),
    ),
  ]
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopRequest.abort())
  log().info({ queues: names }, 'worker ready')
  await aborted(stopRequest.signal)

  log().info('worker stopping: no new jobs')
  setTimeout(() => process.exit(1), stopMaxMs).unref()
  await Promise.all([
    closeConsumers([...consumers, shardKeeper], patience),
    Promise.all(sweeping).then(() => keeper.close()),
  ])
  await Promise.all([listener.close(), door?.[Symbol.asyncDispose]()])
  await closeWorkerProcess()
  log().info('worker stopped')
}

const jobsAtOnceMin = 10

function jobsAtOnceOf(queue: string): number {
  return Object.entries(queues).find(([name]) => name === queue)?.[1].jobsAtOnce ?? jobsAtOnceMin
}

function keeping(name: string, keeper: StreamKeeper | ShardKeeper): Sweep {
  return {
    name,
    everyMs: renewEveryMs,
    run: async () => {
      await keeper.round()
      return false
    },
  }
}

async function closeConsumers(consumers: readonly Consumer[], patience: AbortController): Promise<void> {
  const timer = setTimeout(() => patience.abort(), patienceMs)
  await Promise.allSettled(consumers.map((consumer) => consumer.close()))
  clearTimeout(timer)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
