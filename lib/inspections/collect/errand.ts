import type { EtcdEndpoint } from '#lib/etcd/connection.ts'
import { dayMs, hourMs } from '#lib/time.ts'
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

/**
 * Whether it is time for what burdens a cluster, once a day. Each cluster has a time of day of its own, so that those that came
 * together do not go on being asked together; one that was looked at before without it has a minute of its own in the hour. At
 * once where it is new, or somebody asks.
 */
export function isDailyDue(
  order: When & Pick<CollectionOrder, 'expectedClusterId' | 'memory' | 'isForgotten'>,
  last: Date | null,
): boolean {
  const { at, isAsked, memory, isForgotten } = order
  if (isAsked || (last !== null && last > at)) return true
  if (last !== null) return turnOf(order, dayMs) - last.getTime() >= dayMs / 2
  return memory ? turnOf(order, hourMs) > memory.facts.at.getTime() : !isForgotten
}

/** The cluster's own moment within each period, as it was last. Ids of clusters are evenly spread already. */
function turnOf({ at, expectedClusterId }: Pick<CollectionOrder, 'at' | 'expectedClusterId'>, everyMs: number): number {
  const offsetMs = Number((expectedClusterId ?? 0n) % BigInt(everyMs))
  return Math.floor((at.getTime() - offsetMs) / everyMs) * everyMs + offsetMs
}
