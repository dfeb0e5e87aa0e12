import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import { collectCluster } from '#lib/inspections/collect/collect-cluster.ts'
import { logFailure } from '#lib/log.ts'
import { metrics } from '#lib/metrics.ts'
import { Places } from '#lib/places.ts'
import { processWide } from '#lib/process-wide.ts'
import type { CollectionBatch } from '#lib/queue/collections.ts'
import { ensurePartitions } from '#lib/services/samples/keep-partitions.ts'
import { minuteMs, secondMs } from '#lib/time.ts'
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

/** A collection that could not be made for a reason of ours is tried again after this; one that met a fault, later. */
const againMs = 5 * secondMs
const afterFaultMs = minuteMs
/** As long as a collection may take: without that much left of its turn it is not begun. */
const collectionMs = 36 * secondMs

/**
 * Collects the clusters of a batch, each with its own deadline, and writes what was seen. Nobody waits for a dead one: each is
 * written as soon as it is through.
 *
 * @throws AppError `dependency-unavailable` while the database is away; those that are not written are due again
 */
export async function collectBatch(batch: CollectionBatch, signal: AbortSignal): Promise<void> {
  const { tenantId, isSlow } = batch
  const orders = await load(batch, signal)
  const outcomes = await Promise.allSettled(orders.map((order) => collectOne(order, { tenantId, isSlow, signal })))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}

/** Transactions at once in which clusters are read: more would wait for each other, and for those that write. */
const loadsMax = 4

const loads = processWide('collection-loads', () => new Places(loadsMax))

async function load(batch: CollectionBatch, signal: AbortSignal): Promise<LoadedOrder[]> {
  using _ = await loads.take(signal)
  return await loadOrders(batch, await recentAddressPolicy(batch.tenantId))
}

interface Lane {
  tenantId: string
  isSlow: boolean
  signal: AbortSignal
}

async function collectOne(order: LoadedOrder, { tenantId, isSlow, signal }: Lane): Promise<void> {
  const finished = await inLane(order, { isSlow, signal }).catch(async (error: unknown) => {
    metrics.collections.inc({ outcome: 'not-made' })
    const pauseMs = pauseAfter(error, signal)
    if (pauseMs === afterFaultMs) logFailure(error, `cluster ${order.clusterId} could not be collected`)
    await withTenant(tenantId, (db) => giveTurnsBack(db, tenantId, { orders: [order], pauseMs }))
  })
  if (!finished) return
  await ensurePartitions(signal)
  await saveQueue().add(tenantId, finished)
}

function pauseAfter(error: unknown, signal: AbortSignal): number {
  if (signal.aborted) return 0
  return error instanceof AppError ? againMs : afterFaultMs
}

async function inLane(order: LoadedOrder, { isSlow, signal }: Omit<Lane, 'tenantId'>): Promise<Finished> {
  using _ = await (isSlow ? lanes.slow : lanes.quick).take(signal)
  const beganMs = performance.now()
  if (order.endsMs - beganMs < collectionMs) {
    throw new AppError('dependency-unavailable', 'Its turn is nearly over: this process has too much to do')
  }
  const collected = await collectCluster({ ...order, at: new Date(), signal })
  const tookMs = Math.round(performance.now() - beganMs)
  const outcome = collected.isAnswered ? 'answered' : 'silent'
  metrics.collections.inc({ outcome })
  metrics.collectionDuration.observe({ outcome }, tookMs / 1000)
  return { order, collected, beganMs, tookMs }
}
