import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import { collectCluster } from '#lib/inspections/collect/collect-cluster.ts'
import { logFailure } from '#lib/log.ts'
import { metrics } from '#lib/metrics.ts'
import { Places } from '#lib/places.ts'
import { processWide } from '#lib/process-wide.ts'
import type { CollectionBatch } from '#lib/queue/collections.ts'
import { ensurePartitions } from '#lib/services/samples/keep-partitions.ts'
import { recentAddressPolicy } from './address-policies.ts'
import type { Finished } from './finished.ts'
import { giveTurnsBack } from './give-turns-back.ts'
import type { LoadedOrder } from './load-orders.ts'
import { loadOrders } from './load-orders.ts'
import { saveQueue } from './save-queue.ts'

/** Collections of a process at once. Those that were silent last time wait for seconds and have places of their own. */
const placesAtOnce = 32
const slowPlacesAtOnce = 64

const lanes = processWide('collection-lanes', () => ({
  quick: new Places(placesAtOnce),
  slow: new Places(slowPlacesAtOnce),
}))

/** A collection that could not be made is tried again after this. */
const againMs = 5000

/**
 * Collects the clusters of a batch, each with its own deadline, and writes what was seen. Nobody waits for a dead one: each is
 * written as soon as it is through.
 *
 * @throws AppError `dependency-unavailable` while the database is away; those that are not written are due again
 */
export async function collectBatch(batch: CollectionBatch, signal: AbortSignal): Promise<void> {
  const { tenantId, isSlow } = batch
  const policy = await recentAddressPolicy(tenantId)
  const orders = await loadOrders(batch, policy, (clusterId, error) => {
    logFailure(error, `the secrets of cluster ${clusterId} cannot be opened`)
  })
  const outcomes = await Promise.allSettled(orders.map((order) => collectOne(order, { tenantId, isSlow, signal })))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}

interface Lane {
  tenantId: string
  isSlow: boolean
  signal: AbortSignal
}

async function collectOne(order: LoadedOrder, { tenantId, isSlow, signal }: Lane): Promise<void> {
  const finished = await inLane(order, { isSlow, signal }).catch(async (error: unknown) => {
    metrics.collections.inc({ outcome: 'not-made' })
    if (!signal.aborted && !(error instanceof AppError)) throw error
    const pauseMs = signal.aborted ? 0 : againMs
    await withTenant(tenantId, (db) => giveTurnsBack(db, tenantId, { orders: [order], pauseMs }))
  })
  if (!finished) return
  await ensurePartitions(signal)
  await saveQueue().add(tenantId, finished)
}

async function inLane(order: LoadedOrder, { isSlow, signal }: Omit<Lane, 'tenantId'>): Promise<Finished> {
  using _ = await (isSlow ? lanes.slow : lanes.quick).take(signal)
  const beganMs = performance.now()
  const collected = await collectCluster({ ...order, at: new Date(), signal })
  const tookMs = Math.round(performance.now() - beganMs)
  const outcome = collected.isAnswered ? 'answered' : 'silent'
  metrics.collections.inc({ outcome })
  metrics.collectionDuration.observe({ outcome }, tookMs / 1000)
  return { order, collected, beganMs, tookMs }
}
