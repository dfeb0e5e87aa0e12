import { AppError } from '#lib/errors.ts'
import type { EtcdEndpoint } from '#lib/etcd/connection.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import { prefixRange } from '#lib/etcd/keys.ts'
import { minuteMs, secondMs } from '#lib/time.ts'

/** Of one count: etcd walks over its index, a million keys in about a tenth of a second. */
const countMs = 10 * secondMs
const hashMs = minuteMs
/** Beyond so many keys only the total is counted: each count is a walk over all it counts. */
const groupsUpToKeys = 2_000_000n

/** What the live cluster says of one revision; exact, whatever has been written since. */
export interface LiveAnswer {
  readonly revision: bigint
  readonly keys: bigint
  /** By prefix; empty where there are too many keys to count each. */
  readonly groups: Readonly<Record<string, bigint>>
}

export interface LiveHash {
  readonly revision: bigint
  readonly hash: number
  readonly compactRevision: bigint
  readonly tookMs: number
}

interface Question {
  readonly endpoint: EtcdEndpoint
  readonly revision: bigint
  readonly signal: AbortSignal
}

/**
 * Counts the keys there were at a revision, by the member's own index and one count after the other.
 *
 * @param prefixes as bytes, each a character (latin1)
 * @throws AppError `etcd-compacted` when nobody can tell any more
 */
export async function countAt(
  client: EtcdClient,
  { prefixes, ...question }: Question & { prefixes: readonly string[] },
): Promise<LiveAnswer> {
  const count = async (prefix: string) => {
    const range = prefixRange(Buffer.from(prefix, 'latin1'))
    return (await client.keys.count({ ...question, range, timeoutMs: countMs })).count
  }
  const keys = await count('')
  const groups: Record<string, bigint> = {}
  if (keys <= groupsUpToKeys) for (const prefix of prefixes) groups[prefix] = await count(prefix)
  return { revision: question.revision, keys, groups }
}

/**
 * The hash of all keys at a revision, by the member itself, which reads its whole database for it. Undefined where it cannot
 * tell: a hash is evidence more, and no reason to call a backup bad.
 */
export async function hashAt(
  client: EtcdClient,
  { endpoint, revision, signal }: Question,
): Promise<LiveHash | undefined> {
  const beganMs = performance.now()
  try {
    const { hash, compactRevision } = await client.hashKv(endpoint, revision, { signal, timeoutMs: hashMs })
    return { revision, hash, compactRevision, tookMs: Math.round(performance.now() - beganMs) }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof AppError) return undefined
    throw error
  }
}
