import { Queue } from 'bullmq'
import { processWide } from '#lib/process-wide.ts'
import { sharedRedis } from './connections.ts'
import type { Delivery } from './delivery.ts'
import { queuePrefix } from './delivery.ts'

/** One attempt of a job, with what its place in the queue is made of. */
export interface Publication extends Delivery {
  /** What it is counted and logged by. */
  kind: string
  /** 1 most urgent, 9 least. */
  priority: number
  /** The how manieth of its team's jobs in the queue it is: those with fewer before them go first. */
  rank: number
}

const queues = processWide('job-queues', () => new Map<string, Queue>())

function queueOf(name: string): Queue {
  const known = queues.get(name)
  if (known) return known
  // A queue that is made while Redis is away never recovers from it.
  if (sharedRedis().status !== 'ready') throw new Error('Redis is away')
  const queue = new Queue(name, { connection: sharedRedis(), prefix: queuePrefix, skipWaitingForReady: true })
  // Whoever publishes gets the error; the shared connection logs that Redis is away.
  queue.on('error', () => undefined)
  queues.set(name, queue)
  return queue
}

/** BullMQ's priorities end at 2^21: 9 × 100,000 and a rank below it fit in. */
const ranksPerPriority = 100_000

/** The most urgent first; among those of one urgency each team's first before any team's second. */
function placeOf({ priority, rank }: Publication): number {
  return priority * ranksPerPriority + Math.min(rank, ranksPerPriority - 1)
}

/**
 * Wakes the workers of a queue. Publishing an attempt that waits or runs already does nothing, since its id is taken; one
 * that has ended can be published again, since nothing is kept of it. Throws within milliseconds while Redis is away.
 */
export async function publishJobs(queueName: string, publications: readonly Publication[]): Promise<void> {
  if (publications.length === 0) return
  const jobs = publications.map((publication) => {
    const { tenantId, jobId, attempt, kind } = publication
    return {
      name: kind,
      data: { tenantId, jobId, attempt },
      opts: {
        jobId: `job-${jobId}-${attempt}`,
        priority: placeOf(publication),
        removeOnComplete: true,
        removeOnFail: true,
      },
    }
  })
  const queue = queueOf(queueName)
  try {
    await queue.addBulk(jobs)
  } catch (error) {
    queues.delete(queueName)
    await queue.close().catch(() => undefined)
    throw error
  }
}

/** Lets go of the queues; the shared connection stays open for others. */
export async function closeQueues(): Promise<void> {
  const open = [...queues.values()]
  queues.clear()
  await Promise.allSettled(open.map((queue) => queue.close()))
}
