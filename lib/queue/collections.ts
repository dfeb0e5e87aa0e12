import { Queue } from 'bullmq'
import { z } from 'zod'
import { newId } from '#lib/ids.ts'
import { processWide } from '#lib/process-wide.ts'
import { sharedRedis } from './connections.ts'
import { queuePrefix } from './delivery.ts'

/** Clusters are spread over so many queues; each is worked on by one worker at a time, which keeps their connections. */
export const shardsTotal = 32

export const collectionBatch = z.object({
  tenantId: z.uuid(),
  /** Of clusters that were slow to answer last time, or did not: they wait in a lane of their own. */
  isSlow: z.boolean(),
  clusters: z.array(z.object({ clusterId: z.uuid(), attempt: z.int(), dueAt: z.iso.datetime() })),
})
/** Clusters of one team and shard that are due. */
export type CollectionBatch = z.infer<typeof collectionBatch>

export function shardQueue(shard: number): string {
  return `collect-${shard}`
}

const queues = processWide('collection-queues', () => new Map<number, Queue>())

function queueOf(shard: number): Queue {
  const known = queues.get(shard)
  if (known) return known
  // A queue that is made while Redis is away never recovers from it.
  if (sharedRedis().status !== 'ready') throw new Error('Redis is away')
  const queue = new Queue(shardQueue(shard), {
    connection: sharedRedis(),
    prefix: queuePrefix,
    skipWaitingForReady: true,
  })
  // Whoever publishes gets the error; the shared connection logs that Redis is away.
  queue.on('error', () => undefined)
  queues.set(shard, queue)
  return queue
}

/** Wakes whoever holds a shard. Throws within milliseconds while Redis is away. */
export async function publishCollections(shard: number, batches: readonly CollectionBatch[]): Promise<void> {
  const queue = queueOf(shard)
  const options = { removeOnComplete: true, removeOnFail: true }
  try {
    await queue.addBulk(
      batches.map((batch) => ({ name: 'collect', data: batch, opts: { ...options, jobId: `collect-${newId()}` } })),
    )
  } catch (error) {
    queues.delete(shard)
    await queue.close().catch(() => undefined)
    throw error
  }
}

/** Lets go of the queues; the shared connection stays open for others. */
export async function closeCollectionQueues(): Promise<void> {
  const open = [...queues.values()]
  queues.clear()
  await Promise.allSettled(open.map((queue) => queue.close()))
}
