import type { Collected } from '#lib/inspections/collect/collect-cluster.ts'
import type { LoadedOrder } from './load-orders.ts'

/** A collection that has ended and is to be written. */
export interface Finished {
  readonly order: LoadedOrder
  readonly collected: Collected
  /** Of `performance.now()`. */
  readonly beganMs: number
  readonly tookMs: number
}
