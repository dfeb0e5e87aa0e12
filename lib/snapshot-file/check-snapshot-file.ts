import { checkSize } from './check-size.ts'
import { checkTrailer } from './check-trailer.ts'
import { damaged } from './damage.ts'
import { HashShare, inShares } from './hash-share.ts'
import type { Bucket } from './list-buckets.ts'
import { leavesOfBucket, listBuckets } from './list-buckets.ts'
import type { LiveCounterOptions, LiveKeys } from './live-counter.ts'
import { LiveCounter } from './live-counter.ts'
import { openFile } from './open-file.ts'
import { PageSource } from './page-source.ts'
import type { Entry, Visit } from './read-entries.ts'
import { readEntries } from './read-entries.ts'
import { readFreelist } from './read-freelist.ts'
import type { Layout } from './read-layout.ts'
import { readLayout } from './read-layout.ts'
import { keyBucketName, keyBucketOf, readAllRevisions } from './read-revisions.ts'
import { RevisionReader } from './revision.ts'
import type { StoreFacts } from './store-facts.ts'
import { StoreFactsReader } from './store-facts.ts'

export interface CheckOptions extends LiveCounterOptions {
  /** The SHA-256 of all but the last 32 bytes, in hexadecimal, where the caller computed it as the bytes went by. */
  readonly sha256?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** A snapshot file that holds together, as far as it can be told without an etcd. */
export interface SnapshotReport extends StoreFacts {
  readonly sizeBytes: number
  /** Without the checksum behind the pages. */
  readonly dataBytes: number
  /** Of the data, in hexadecimal; the same as the file's own. */
  readonly sha256: string
  readonly pageSize: number
  readonly transactionId: bigint
  readonly pageCount: number
  readonly reachedPages: number
  readonly freePages: number
  /** One of the two meta pages may be unreadable: bbolt opens the file with the other, but something has changed it. */
  readonly damagedMetaPage: 0 | 1 | undefined
  /**
   * The last main revision in the bucket `key`, which is what etcdctl shows; 0n where nothing was ever written. A server that
   * compacted all of its revisions goes on from `compactRevision` where that is higher.
   */
  readonly revision: bigint
  /** Entries of the bucket `key`. */
  readonly revisionCount: number
  /** Entries of all buckets: etcdctl's total of keys. */
  readonly entryCount: number
  readonly liveKeys: LiveKeys
  readonly buckets: readonly { readonly name: string; readonly entryCount: number }[]
}

/**
 * Reads a snapshot file of etcd 3.4 to 3.6 from its first byte to its last: size, checksum, every page, the order of all keys,
 * every revision. Needs about 64 MiB for a file of any size. A change within a value is found by the checksum alone.
 *
 * @throws AppError `snapshot-damaged` with the cause, the page and the byte in its details; `snapshot-unreadable`
 */
export async function checkSnapshotFile(path: string, options: CheckOptions = {}): Promise<SnapshotReport> {
  await using file = await openFile(path, options.signal)
  const layout = await readLayout(file)
  checkSize(file.sizeBytes, layout)
  const sha256 = await checkTrailer(file, options.sha256)
  const source = new PageSource(file, layout)
  const check = new StoreCheck(options, layout)
  const buckets = await listBuckets(source)
  const entryCounts: number[] = []
  for (const bucket of buckets) entryCounts.push(await check.walk(source, bucket))
  const freePages = await checkFreePages(source)
  const liveKeys = await check.countLiveKeys(source, keyBucketOf(buckets))
  const { pageSize, pageCount, transactionId, damagedMetaPage } = layout
  return {
    ...check.facts.result(),
    sizeBytes: file.sizeBytes,
    dataBytes: pageSize * pageCount,
    sha256,
    pageSize,
    transactionId,
    pageCount,
    reachedPages: source.reached.count,
    freePages,
    damagedMetaPage,
    revision: check.revisions.lastRevision,
    revisionCount: check.revisions.count,
    entryCount: entryCounts.reduce((sum, count) => sum + count, 0),
    liveKeys,
    buckets: buckets.map(({ name }, index) => ({ name, entryCount: entryCounts[index] ?? 0 })),
  }
}

class StoreCheck {
  readonly facts = new StoreFactsReader()
  readonly revisions = new RevisionReader()
  readonly #live: LiveCounter
  /** Of all keys, those that the first pass counts. */
  readonly #share = new HashShare()

  constructor(options: CheckOptions, { pageCount, pageSize }: Layout) {
    this.#live = new LiveCounter(options, pageCount * pageSize)
  }

  /** Checks all of a bucket, and counts its entries. */
  async walk(source: PageSource, bucket: Bucket): Promise<number> {
    const read = bucket.name === keyBucketName ? this.#readRevision : this.#readOther(bucket.name)
    let count = 0
    const visit: Visit = (entry) => {
      count += 1
      read(entry)
    }
    for await (const leaf of leavesOfBucket(source, bucket)) await readEntries(source.file, leaf, visit)
    return count
  }

  /** In further passes where the keys did not fit into the first. */
  async countLiveKeys(source: PageSource, bucket: Bucket): Promise<LiveKeys> {
    this.#live.endPass()
    await inShares(this.#share.next(), async (share) => {
      await readAllRevisions(source.again(), bucket, (revision) => this.#live.see(revision, share))
      this.#live.endPass()
    })
    return this.#live.result()
  }

  readonly #readRevision = (entry: Entry) => this.#live.see(this.revisions.read(entry), this.#share)

  #readOther(bucket: string) {
    return (entry: Entry) => {
      if (entry.flags !== 0)
        throw damaged('bucket-unreadable', `The bucket ${bucket} holds another one, which etcd never makes`, {
          pageId: entry.pageId,
          offset: entry.valuePosition,
        })
      this.facts.see(bucket, entry)
    }
  }
}

/** Where the file lists its free pages, every page is either listed or in use; else what is not in use is free. */
async function checkFreePages(source: PageSource): Promise<number> {
  const { layout, reached } = source
  const free = await readFreelist(source)
  const metaPages = 2
  const restPages = layout.pageCount - metaPages - reached.count
  if (!free || free.count === restPages) return restPages
  let pageId = metaPages
  while (reached.has(pageId) || free.has(pageId)) pageId += 1
  throw damaged('page-lost', `${restPages - free.count} pages are neither in use nor listed as free`, { pageId })
}
