import { Worker } from 'bullmq'
import type { z } from 'zod'
import { log, logFailure } from '#lib/log.ts'
import { metrics } from '#lib/metrics.ts'
import { secondMs } from '#lib/time.ts'
import { workerRedis } from './connections.ts'
import { queuePrefix } from './delivery.ts'

export interface Consumer {
  /** Takes no more jobs and resolves when those running have ended. */
  close(): Promise<void>
}

interface ConsumerOptions<Schema extends z.ZodType> {
  concurrency: number
  /** What travels through the queue. */
  schema: Schema
  /** Does the work of one delivery. What it throws is only logged: retries are decided in Postgres, not in Redis. */
  handle(delivery: z.output<Schema>): Promise<void>
}

// Measured: a killed worker's job is taken over after 12 s with these two; with the defaults after 57 s.
const lockDurationMs = 10 * secondMs
const stalledIntervalMs = 5 * secondMs
/** A job may lose its worker this often; our own count of attempts is the stricter one. */
const maxStalledCount = 1_000
/** The default waits 15 s after Redis was away. */
const runRetryDelayMs = secondMs

/** Takes the jobs of one queue, `concurrency` at a time, and waits for Redis whenever it is away. */
export function consumeJobs<Schema extends z.ZodType>(
  queueName: string,
  { concurrency, schema, handle }: ConsumerOptions<Schema>,
): Consumer {
  const connection = workerRedis()
  const worker = new Worker(
    queueName,
    async (job) => {
      metrics.jobsInProgress.inc({ queue: queueName })
      try {
        await handle(schema.parse(job.data))
      } catch (error) {
        metrics.jobs.inc({ job: job.name, outcome: 'crashed' })
        logFailure(error, 'a job crashed outside its attempt; it is delivered again')
        throw error
      } finally {
        metrics.jobsInProgress.dec({ queue: queueName })
      }
    },
    {
      connection,
      prefix: queuePrefix,
      concurrency,
      lockDuration: lockDurationMs,
      stalledInterval: stalledIntervalMs,
      maxStalledCount,
      runRetryDelay: runRetryDelayMs,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    },
  )
  worker.on('error', (error) => log().debug({ err: error, queueName }, 'the queue answered with an error'))
  return {
    async close() {
      await worker.close()
      connection.disconnect()
    },
  }
}
