import { AppError } from '#lib/errors.ts'
import { BitSet } from './bit-set.ts'
import type { Share } from './hash-shares.ts'
import { allKeys, inShares, isInShare } from './hash-shares.ts'
import { KeyHash } from './key-hash.ts'
import { KeyTable, tableBytesUsual } from './key-table.ts'
import type { Bucket } from './list-buckets.ts'
import type { OpenFile } from './open-file.ts'
import { PageSource } from './page-source.ts'
import type { Layout } from './read-layout.ts'
import { readRevisions } from './read-revisions.ts'
import type { Revision } from './revision.ts'

/** A snapshot that was opened, and its bucket of keys. */
export interface OpenSnapshot {
  readonly file: OpenFile
  readonly layout: Layout
  readonly keyBucket: Bucket
}

/** An element of a page and a revision as its key: no revision takes less. */
const revisionBytesMin = 33
/** Places are held in 31 bits. */
const revisionsMax = 2 ** 31 - 1

/** Which revisions, by their place in the bucket, are the last of a key that lives. */
export async function markLiveRevisions(snapshot: OpenSnapshot, tableBytes = tableBytesUsual): Promise<BitSet> {
  const { pageCount, pageSize } = snapshot.layout
  const live = new BitSet(Math.ceil((pageCount * pageSize) / revisionBytesMin))
  const table = new KeyTable({ columns: 1, budgetBytes: tableBytes })
  const hash = new KeyHash()
  await inShares(allKeys, async (share) => {
    table.clear()
    return await markShare(snapshot, { live, table, hash, share })
  })
  return live
}

interface Marking {
  readonly live: BitSet
  readonly table: KeyTable
  readonly hash: KeyHash
  readonly share: Share
}

async function markShare({ file, layout, keyBucket }: OpenSnapshot, marking: Marking): Promise<boolean> {
  let hasRoom = true
  const visit = (revision: Revision) => {
    hasRoom &&= mark(revision, marking)
  }
  for await (const _ of readRevisions(new PageSource(file, layout), keyBucket, visit)) if (!hasRoom) return false
  return true
}

/** Whether there was room for the key. A share that is read again for lack of it sets the same marks again. */
function mark(
  { bytes, keyStart, keyEnd, ordinal, isDeletion }: Revision,
  { live, table, hash, share }: Marking,
): boolean {
  if (keyStart === keyEnd) return true
  if (ordinal >= revisionsMax) throw new AppError('snapshot-unreadable', 'The file holds more than 2^31 revisions')
  hash.of(bytes, keyStart, keyEnd)
  if (!isInShare(hash, share)) return true
  const slot = table.slotOf(hash)
  const [last] = table.columns
  if (slot === undefined || !last) return false
  const before = last[slot] ?? 0
  if (before > 0) live.delete(before - 1)
  if (!isDeletion) live.add(ordinal)
  last[slot] = ordinal + 1
  return true
}
