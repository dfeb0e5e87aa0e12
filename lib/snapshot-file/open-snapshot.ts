import { checkSize } from './check-size.ts'
import { listBuckets } from './list-buckets.ts'
import type { OpenSnapshot } from './live-marks.ts'
import { openFile } from './open-file.ts'
import { PageSource } from './page-source.ts'
import { readLayout } from './read-layout.ts'
import { keyBucketOf } from './read-revisions.ts'

/**
 * Opens a file that was checked before: what is read is checked again as far as it is needed, but not the checksum.
 *
 * @throws AppError `snapshot-damaged`, `snapshot-unreadable`
 */
export async function openSnapshot(path: string, signal?: AbortSignal): Promise<OpenSnapshot & AsyncDisposable> {
  const file = await openFile(path, signal)
  try {
    const layout = await readLayout(file)
    checkSize(file.sizeBytes, layout)
    const keyBucket = keyBucketOf(await listBuckets(new PageSource(file, layout)))
    return { file, layout, keyBucket, [Symbol.asyncDispose]: () => file[Symbol.asyncDispose]() }
  } catch (error) {
    await file[Symbol.asyncDispose]()
    throw error
  }
}
