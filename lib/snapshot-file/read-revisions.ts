import { damaged } from './damage.ts'
import type { Bucket } from './list-buckets.ts'
import { leavesOfBucket } from './list-buckets.ts'
import type { PageSource } from './page-source.ts'
import { readEntries } from './read-entries.ts'
import type { Revision } from './revision.ts'
import { RevisionReader } from './revision.ts'

export const keyBucketName = 'key'

/** @throws AppError `snapshot-damaged`: `bucket-missing` */
export function keyBucketOf(buckets: readonly Bucket[]): Bucket {
  const bucket = buckets.find(({ name }) => name === keyBucketName)
  if (bucket) return bucket
  throw damaged('bucket-missing', 'There is no bucket of keys: this is a bbolt file, but not of an etcd')
}

/** What the visit answers is waited for only where the entry hides bytes. */
export type VisitRevision = (revision: Revision) => unknown

/** Reads the revisions of the bucket `key` in their order, and stops after each page. */
export async function* readRevisions(
  source: PageSource,
  bucket: Bucket,
  visit: VisitRevision,
): AsyncGenerator<undefined> {
  const revisions = new RevisionReader()
  for await (const leaf of leavesOfBucket(source, bucket)) {
    await readEntries(source.file, leaf, (entry) => visit(revisions.read(entry)))
    yield
  }
}

export async function readAllRevisions(source: PageSource, bucket: Bucket, visit: VisitRevision): Promise<void> {
  for await (const _ of readRevisions(source, bucket, visit));
}
