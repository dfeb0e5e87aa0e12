import { damaged } from './damage.ts'
import { headerBytes, leafFlag } from './page.ts'
import type { PageSource } from './page-source.ts'
import type { Entry } from './read-entries.ts'
import { readEntries } from './read-entries.ts'
import type { Leaf } from './walk-tree.ts'
import { leavesOf } from './walk-tree.ts'

/** One of the tables of a bbolt file. */
export interface Bucket {
  readonly name: string
  readonly nameBytes: Buffer
  /** Where its tree begins; a small bucket is a page within its entry instead. */
  readonly root: number | Leaf
}

const bucketFlag = 0x01
const bucketHeaderBytes = 16
/** etcd makes a dozen. */
const bucketsMax = 256

/**
 * The buckets of the file, in order.
 *
 * @throws AppError `snapshot-damaged`: `bucket-unreadable`, and what a walk throws
 */
export async function listBuckets(source: PageSource): Promise<Bucket[]> {
  const buckets: Bucket[] = []
  for await (const leaf of leavesOf(source, source.layout.rootId)) {
    await readEntries(source.file, leaf, (entry) => {
      if (buckets.length === bucketsMax)
        throw damaged('bucket-unreadable', `There are more than ${bucketsMax} buckets; etcd makes a dozen`, {
          pageId: entry.pageId,
        })
      buckets.push(toBucket(entry))
    })
  }
  return buckets
}

function toBucket(entry: Entry): Bucket {
  const { bytes, valueStart, valueEnd, pageId } = entry
  const place = { pageId, offset: entry.valuePosition }
  if (entry.flags !== bucketFlag || valueEnd - valueStart < bucketHeaderBytes || entry.hiddenBytes > 0)
    throw damaged('bucket-unreadable', 'What stands where a bucket has to be is none', place)
  const nameBytes = Buffer.from(bytes.subarray(entry.keyStart, entry.keyEnd))
  const rootId = bytes.readUInt32LE(valueStart) + bytes.readUInt32LE(valueStart + 4) * 2 ** 32
  return {
    name: nameBytes.toString('latin1'),
    nameBytes,
    root: rootId === 0 ? inlineLeaf(entry) : rootId,
  }
}

/** The page of a small bucket has no number of its own and nowhere to go on to. */
function inlineLeaf({ bytes, valueStart, valueEnd, valuePosition, pageId }: Entry): Leaf {
  const page = Buffer.from(bytes.subarray(valueStart + bucketHeaderBytes, valueEnd))
  const position = valuePosition + bucketHeaderBytes
  const isLeaf =
    page.length >= headerBytes &&
    page.readBigUInt64LE(0) === 0n &&
    page.readUInt16LE(8) === leafFlag &&
    page.readUInt32LE(12) === 0
  if (!isLeaf) throw damaged('bucket-unreadable', 'The page of a small bucket is no leaf', { pageId, offset: position })
  return {
    page: {
      pageId,
      flags: leafFlag,
      count: page.readUInt16LE(10),
      sizeBytes: page.length,
      bytes: page,
      start: 0,
      position,
      isWhole: true,
    },
    bounds: {},
    isExact: true,
  }
}

/** The leaves of a bucket, as `leavesOf` gives them. */
export async function* leavesOfBucket(source: PageSource, { root }: Bucket): AsyncGenerator<Leaf> {
  if (typeof root === 'number') yield* leavesOf(source, root)
  else yield root
}
