import { newId } from '#lib/ids.ts'
import { log } from '#lib/log.ts'
import { metrics } from '#lib/metrics.ts'
import { collectionBatch, shardQueue, shardsTotal } from '#lib/queue/collections.ts'
import type { Consumer } from '#lib/queue/consume-jobs.ts'
import { consumeJobs } from '#lib/queue/consume-jobs.ts'
import { holdShards, leaveShards } from '#lib/queue/shard-leases.ts'
import { collectBatch } from '#lib/services/collections/collect-batch.ts'
import { secondMs } from '#lib/time.ts'

/** A worker that has not been heard of for this long has lost its shards. */
const leaseMs = 8 * secondMs
/** More batches than places: those that wait for silent clusters must not keep the others in the queue. */
const batchesAtOnce = 64

interface KeeperOptions {
  /** Aborted when the process can wait no longer: collections under way are given back. */
  stopping: AbortSignal
  /** Called when a batch has been worked off: there is room for more. */
  onRoom: () => void
}

/** Collects this worker's share of all shards: keeps what it holds, takes what nobody has, gives away what is too much. */
export class ShardKeeper {
  readonly #holder = { owner: newId(), shardsTotal }
  readonly #options: KeeperOptions
  readonly #held = new Map<number, Consumer>()
  /** Shards given away whose last batches are still under way. */
  readonly #leaving = new Set<Promise<void>>()
  #isClosed = false

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** One round; as a sweep it comes every few seconds. While Redis is away everything stays as it is. */
  async round(): Promise<void> {
    const mine = await holdShards(this.#holder, leaseMs).catch((error: unknown) => {
      log().debug({ err: error }, 'redis is away: shards stay where they are')
    })
    if (!mine || this.#isClosed) return
    const lost = [...this.#held].filter(([shard]) => !mine.has(shard))
    for (const [shard] of lost) this.#held.delete(shard)
    for (const shard of mine) if (!this.#held.has(shard)) this.#held.set(shard, this.#consume(shard))
    metrics.shardsHeld.set(this.#held.size)
    for (const [, consumer] of lost) this.#leave(consumer)
  }

  /** Not waited for: a batch may last longer than the lease, and a round that waits renews nothing. */
  #leave(consumer: Consumer): void {
    const leaving = consumer.close().finally(() => this.#leaving.delete(leaving))
    this.#leaving.add(leaving)
  }

  /** Takes no more, waits for what is under way, and leaves all shards to the others. */
  async close(): Promise<void> {
    this.#isClosed = true
    const consumers = [...this.#held.values()]
    this.#held.clear()
    await leaveShards(this.#holder).catch(() => undefined)
    for (const consumer of consumers) this.#leave(consumer)
    await Promise.allSettled(this.#leaving)
  }

  #consume(shard: number): Consumer {
    return consumeJobs(shardQueue(shard), {
      concurrency: batchesAtOnce,
      schema: collectionBatch,
      handle: async (batch) => {
        await collectBatch(batch, this.#options.stopping)
        this.#options.onRoom()
      },
    })
  }
}
