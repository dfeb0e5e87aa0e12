import { markLiveRevisions } from './live-marks.ts'
import type { OpenFile } from './open-file.ts'
import { readBytes } from './open-file.ts'
import { openSnapshot } from './open-snapshot.ts'
import { PageSource } from './page-source.ts'
import { readRevisions } from './read-revisions.ts'
import type { Revision } from './revision.ts'
import { toBigInt } from './revision.ts'

/** A key as a client would have read it at the snapshot's revision. */
export interface LiveKey {
  readonly key: Buffer
  readonly modRevision: bigint
  readonly createRevision: bigint
  readonly version: bigint
  /** 0n when it is bound to none. */
  readonly lease: bigint
  readonly valueBytes: number
  /** Reads the value, as often as it is asked for; only while the iteration is not over. */
  readonly readValue: () => Promise<Buffer>
}

interface ReadOptions {
  readonly signal?: AbortSignal | undefined
  /** For telling keys apart, 32 MiB by default; with less the file is read more often. */
  readonly tableBytes?: number | undefined
}

/**
 * The keys that live at the snapshot's last revision, in the order of the revisions that wrote them. The file is read at least
 * twice; a bit for each revision is held, and the keys of one page.
 *
 * @throws AppError `snapshot-damaged`, `snapshot-unreadable`; or the reason of the signal
 */
export async function* readLiveKeys(
  path: string,
  { signal, tableBytes }: ReadOptions = {},
): AsyncGenerator<LiveKey, void, undefined> {
  await using snapshot = await openSnapshot(path, signal)
  const { file, layout, keyBucket } = snapshot
  const live = await markLiveRevisions(snapshot, tableBytes)
  let keys: LiveKey[] = []
  const visit = (revision: Revision) => {
    if (live.has(revision.ordinal)) keys.push(toLiveKey(revision, file))
  }
  for await (const _ of readRevisions(new PageSource(file, layout), keyBucket, visit)) {
    yield* keys
    keys = []
  }
}

function toLiveKey(revision: Revision, file: OpenFile): LiveKey {
  const { bytes, keyStart, keyEnd, valueBytes, valuePosition } = revision
  return {
    key: Buffer.from(bytes.subarray(keyStart, keyEnd)),
    modRevision: toBigInt(revision.main),
    createRevision: toBigInt(revision.createRevision),
    version: toBigInt(revision.version),
    lease: BigInt.asIntN(64, toBigInt(revision.lease)),
    valueBytes,
    readValue: () => readBytes(file, valuePosition, valueBytes),
  }
}
