import type { Collected } from '#lib/inspections/collect/collect-cluster.ts'
import type { Judged } from '#lib/inspections/judge-all.ts'
import type { LoadedOrder } from './load-orders.ts'

/** A collection that has ended and is to be written. */
export interface Finished {
  readonly order: LoadedOrder
  readonly collected: Collected
  /** Of `performance.now()`. */
  readonly beganMs: number
  readonly tookMs: number
}

/** One that is still wanted, with what is stored of its cluster. */
export interface Accepted extends Finished {
  readonly before: ShownBefore
  readonly judged: Judged
}

/** What of a cluster's row tells how it was shown. */
export interface ShownBefore {
  state: string
  problem: string | null
  version: string
  membersTotal: number
  membersUp: number
  etcdClusterId: string | null
}
