import { AppError } from '#lib/errors.ts'
import { BitSet } from './bit-set.ts'
import { HashShare, inShares } from './hash-share.ts'
import { KeyHash } from './key-hash.ts'
import { KeyTable, tableBytesUsual } from './key-table.ts'
import type { Bucket } from './list-buckets.ts'
import type { OpenFile } from './open-file.ts'
import { PageSource } from './page-source.ts'
import type { Layout } from './read-layout.ts'
import { readAllRevisions } from './read-revisions.ts'
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
  const dataBytes = snapshot.layout.pageCount * snapshot.layout.pageSize
  const live = new BitSet(Math.ceil(dataBytes / revisionBytesMin))
  const table = new KeyTable({ columns: 1, budgetBytes: tableBytes, dataBytes })
  const hash = new KeyHash()
  const source = new PageSource(snapshot.file, snapshot.layout)
  await inShares(new HashShare(), async (share) => {
    table.clear()
    const visit = (revision: Revision) => mark(revision, { live, table, hash, share })
    await readAllRevisions(source.again(), snapshot.keyBucket, visit)
  })
  return live
}

interface Marking {
  readonly live: BitSet
  readonly table: KeyTable
  readonly hash: KeyHash
  readonly share: HashShare
}

/** What was marked of keys that their share dropped meanwhile is marked again, the same way, with the share they are in. */
function mark({ bytes, keyStart, keyEnd, ordinal, isDeletion }: Revision, { live, table, hash, share }: Marking): void {
  if (keyStart === keyEnd) return
  if (ordinal >= revisionsMax) throw new AppError('snapshot-unreadable', 'The file holds more than 2^31 revisions')
  hash.of(bytes, keyStart, keyEnd)
  const slot = table.slotOf(hash, share)
  const [last] = table.columns
  if (slot === undefined || !last) return
  const before = last[slot] ?? 0
  if (before > 0) live.delete(before - 1)
  if (!isDeletion) live.add(ordinal)
  last[slot] = ordinal + 1
}
