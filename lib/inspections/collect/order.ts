import type { EtcdAccess } from '#lib/etcd/connection.ts'
import type { FactName } from '../facts.ts'
import type { Memory } from './memory.ts'

/** What is to be collected, and by which way. */
export interface CollectionOrder {
  /** Its endpoints in the order in which they are asked. */
  readonly access: EtcdAccess
  /** When it begins. */
  readonly at: Date
  /** The cluster this way led to before; null before anything answered. */
  readonly expectedClusterId: bigint | null
  /** Nothing else is asked for; the members and their status always are. */
  readonly wanted: ReadonlySet<FactName>
  readonly memory: Memory | undefined
  /** It was collected before, though what was kept of that is of no use now: another build wrote it, or it is of another etcd. */
  readonly isForgotten: boolean
  /** The last comparison of hashes, if it differed. */
  readonly hashDifference: Memory['facts']['history']['hashDifference']
  /** Somebody asked for it: what is asked more rarely is asked now, whatever it costs. */
  readonly isAsked: boolean
  readonly signal: AbortSignal
}
