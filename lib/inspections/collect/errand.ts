import type { EtcdEndpoint } from '#lib/etcd/connection.ts'
import type { ClusterFacts } from '../facts.ts'
import type { Entrance } from './list-members.ts'
import type { ErrandBook } from './memory.ts'
import type { CollectionOrder } from './order.ts'

/** What an errand works with: the members as this collection met them. */
export interface Errand {
  readonly order: CollectionOrder
  readonly entrance: Entrance
  readonly facts: ClusterFacts
  /** Where each member was reached, by its id. */
  readonly endpoints: ReadonlyMap<bigint, EtcdEndpoint>
  readonly signal: AbortSignal
}

/** What was brought back, to take the place of what was known before. */
export interface Brought {
  readonly facts: ClusterFacts
  readonly book: ErrandBook
}

type When = Pick<CollectionOrder, 'at' | 'isAsked'>

/** Whether it is time again: never done, so long ago, by a clock that was ahead, or asked for by somebody. */
export function isDue({ at, isAsked }: When, last: Date | null, everyMs: number): boolean {
  return isAsked || last === null || last > at || at.getTime() - last.getTime() >= everyMs
}
