import type { TimedStatus } from '#lib/etcd/members.ts'
import type { ClusterFacts, Seen } from '#lib/inspections/facts.ts'

/** What is kept of a cluster between two collections. */
export interface StoredFacts {
  /** As the last collection saw them; what is asked for more rarely is as it was last asked. */
  readonly facts: ClusterFacts
  /** What each member said last, by its decimal id: also of one that has been silent since. */
  readonly lastStatus: Readonly<Record<string, Seen<TimedStatus>>>
  /** When what costs more was last asked for, and what it cost. */
  readonly errands: Errands
}

export interface Errands {
  readonly hashedAt: Date | null
  /** Of the member whose hash took longest; 0 where hashes were kept ready. */
  readonly hashTookMs: number
  readonly countedAt: Date | null
  readonly quotaAt: Date | null
  readonly certificatesAt: Date | null
}

/** Counts the shapes this has had: what an older build wrote is not read, and the next collection begins anew. */
const shape = 1

/** For a column of JSON, which knows neither 64-bit numbers nor times. */
export function encodeFacts(stored: StoredFacts): string {
  return JSON.stringify({ shape, ...stored }, function (this: Record<string, unknown>, key, value: unknown) {
    const raw = this[key]
    if (raw instanceof Date) return { $time: raw.getTime() }
    return typeof value === 'bigint' ? { $int: String(value) } : value
  })
}

/** What `encodeFacts` wrote; undefined for nothing, or what another build wrote. */
export function decodeFacts(column: unknown): StoredFacts | undefined {
  const decoded = revive(column)
  return isStored(decoded) ? decoded : undefined
}

function isStored(value: unknown): value is StoredFacts {
  return typeof value === 'object' && value !== null && 'shape' in value && value.shape === shape
}

function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(revive)
  if ('$int' in value) return BigInt(String(value.$int))
  if ('$time' in value) return new Date(Number(value.$time))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner)]))
}
