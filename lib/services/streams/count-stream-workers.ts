import { log } from '#lib/log.ts'
import { countLeases, dropLease, takeLease } from '#lib/queue/leases.ts'
import { secondMs } from '#lib/time.ts'

const pool = 'stream-workers'
/** Shorter than a lease: once a dead worker's streams are free, nobody keeps a share for it any more. */
const presenceMs = 8 * secondMs
const workersMax = 100_000

/** Shows that this worker runs streams, and counts all that do; undefined while Redis is away. */
export async function countStreamWorkers(owner: string): Promise<number | undefined> {
  try {
    await takeLease({ pool, id: owner }, { limit: workersMax, ttlMs: presenceMs })
    return await countLeases(pool)
  } catch (error) {
    log().debug({ err: error }, 'redis is away: streams stay where they are')
    return undefined
  }
}

/** Takes this worker out of the count. */
export async function leaveStreamWorkers(owner: string): Promise<void> {
  await dropLease({ pool, id: owner }).catch(() => undefined)
}
