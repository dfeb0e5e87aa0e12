import { AppError } from '#lib/errors.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import type { SnapshotReport } from '#lib/snapshot-file/check-snapshot-file.ts'
import { secondMs } from '#lib/time.ts'
import type { LiveAnswer, LiveHash } from './ask-live.ts'
import { countAt, hashAt } from './ask-live.ts'
import type { SnapshotSource } from './find-sources.ts'

const statusMs = 3 * secondMs
const firstRevision = 1n

/** Why a snapshot that holds together is not called verified. */
export type Doubt = 'live-count-unavailable' | 'live-count-differs'

/** A snapshot held against what the live cluster says of the same revision. */
export interface Judged {
  readonly revision: bigint
  readonly live: LiveAnswer | null
  readonly hash: LiveHash | null
  readonly doubt: Doubt | null
}

interface Question {
  readonly source: SnapshotSource
  readonly report: SnapshotReport
  readonly wantsHash: boolean
  readonly signal: AbortSignal
}

/**
 * Asks the member the snapshot was taken of. Numbers out of the file alone prove nothing: its revision must lie between what the
 * member said before and after, it must hold that very member, and the member's own count of the keys of that revision must be
 * the file's, in total and group by group.
 *
 * @throws AppError `snapshot-damaged` when it is no snapshot of this member as it was meanwhile
 */
export async function judgeSnapshot(client: EtcdClient, question: Question): Promise<Judged> {
  const { source, report, signal, wantsHash } = question
  const { endpoint } = source
  const revision = revisionOf(report)
  demandMember(question)
  if (revision < source.revision) {
    throw notThis('revision-behind', `It ends at revision ${revision}; before, the member was at ${source.revision}`)
  }
  const { header } = await client.status(endpoint, { signal, timeoutMs: statusMs })
  if (header.clusterId !== source.clusterId || header.memberId !== source.memberId) {
    throw notThis('another-member', 'Another member answers at this address than before the snapshot')
  }
  if (revision > header.revision) {
    throw notThis('revision-ahead', `It ends at revision ${revision}; afterwards, the member was at ${header.revision}`)
  }
  const prefixes = report.liveKeys.groups.map(({ name }) => name)
  const live = await tryToCount(client, { endpoint, revision, prefixes, signal })
  const hash = wantsHash ? await hashAt(client, { endpoint, revision, signal }) : undefined
  return { revision, live: live ?? null, hash: hash ?? null, doubt: doubtOf(report, live) }
}

/**
 * The revision of the data: a compaction may have taken the last change away, and the cluster goes on from there. One that nobody
 * ever wrote to is at revision 1.
 */
function revisionOf({ revision, compactRevision }: SnapshotReport): bigint {
  const [highest = firstRevision] = [revision, compactRevision.scheduled ?? 0n, firstRevision].toSorted((one, other) =>
    one < other ? 1 : -1,
  )
  return highest
}

function demandMember({ source, report: { members } }: Question): void {
  if (members.length === 0 || members.some(({ id }) => id === source.memberId)) return
  throw notThis('another-cluster', `The snapshot names ${members.length} members, and not ${source.memberId}`)
}

async function tryToCount(
  client: EtcdClient,
  question: Parameters<typeof countAt>[1],
): Promise<LiveAnswer | undefined> {
  try {
    return await countAt(client, question)
  } catch (error) {
    question.signal.throwIfAborted()
    if (error instanceof AppError) return undefined
    throw error
  }
}

function doubtOf({ liveKeys }: SnapshotReport, live: LiveAnswer | undefined): Doubt | null {
  if (!live) return 'live-count-unavailable'
  const isSame = live.keys === BigInt(liveKeys.count)
  const areGroups = liveKeys.groups.every(({ name, count }) => (live.groups[name] ?? BigInt(count)) === BigInt(count))
  return isSame && areGroups ? null : 'live-count-differs'
}

function notThis(cause: string, message: string): AppError {
  return new AppError('snapshot-damaged', message, { details: { cause } })
}
