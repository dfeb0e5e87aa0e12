import type { TimedStatus } from '#lib/etcd/members.ts'
import type { ClusterFacts, Seen } from '../facts.ts'

/** What is kept of a cluster between two collections. */
export interface Memory {
  /** As the last collection saw them; what is asked for more rarely is as it was last asked. */
  readonly facts: ClusterFacts
  /** What each member said last, by its decimal id: also of one that has been silent since. */
  readonly lastStatus: Readonly<Record<string, Seen<TimedStatus>>>
  readonly errands: ErrandBook
  /** Which endpoint told the list, as `formatEndpoint` writes it; null where none did. */
  readonly toldBy: string | null
}

/** When what is asked more rarely was last asked for; null for what never was. */
export interface ErrandBook {
  readonly certificatesAt: Date | null
  readonly metricsAt: Date | null
  readonly keysAt: Date | null
  readonly hashedAt: Date | null
  /** When the whole was last tried to be hashed, whatever came of it. */
  readonly hashTriedAt: Date | null
  readonly hashedRevision: bigint | null
  /** Of the member whose hash took longest; of all that was tried, where nothing came of it. */
  readonly hashTookMs: number
  /** How far the cluster was compacted when its metrics were last read. */
  readonly compactRevision: bigint | null
  /** The last compaction before that: every member has gone through with it, and keeps its hash ready. */
  readonly readyRevision: bigint | null
}

export const emptyErrandBook: ErrandBook = {
  certificatesAt: null,
  metricsAt: null,
  keysAt: null,
  hashedAt: null,
  hashTriedAt: null,
  hashedRevision: null,
  hashTookMs: 0,
  compactRevision: null,
  readyRevision: null,
}
