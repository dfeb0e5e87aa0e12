import { checkSize } from './check-size.ts'
import { Crc32c } from './crc32c.ts'
import { leavesOfBucket, listBuckets } from './list-buckets.ts'
import type { OpenFile } from './open-file.ts'
import { openFile, readBytes } from './open-file.ts'
import { PageSource } from './page-source.ts'
import type { Entry } from './read-entries.ts'
import { readEntries, tailBytes } from './read-entries.ts'
import { readLayout } from './read-layout.ts'

const partBytes = 1024 * 1024

/**
 * The hash that `etcdctl snapshot status` shows: CRC-32C over each bucket's name and, in order, its keys and values. It says
 * whether two files hold the same; whether one file is sound it does not.
 *
 * @throws AppError `snapshot-damaged`, `snapshot-unreadable`
 */
export async function snapshotHash(path: string, { signal }: { signal?: AbortSignal } = {}): Promise<number> {
  await using file = await openFile(path, signal)
  const layout = await readLayout(file)
  checkSize(file.sizeBytes, layout)
  const source = new PageSource(file, layout)
  const sum = new Crc32c()
  for (const bucket of await listBuckets(source)) {
    sum.add(bucket.nameBytes)
    for await (const leaf of leavesOfBucket(source, bucket))
      await readEntries(file, leaf, (entry) => addEntry(sum, entry, file))
  }
  return sum.value
}

function addEntry(sum: Crc32c, entry: Entry, file: OpenFile): Promise<void> | undefined {
  if (entry.hiddenBytes > 0) return addLargeEntry(sum, entry, file)
  sum.add(entry.bytes, entry.keyStart, entry.valueEnd)
  return undefined
}

async function addLargeEntry(sum: Crc32c, entry: Entry, file: OpenFile): Promise<void> {
  const { bytes, keyStart, valueEnd, hiddenBytes } = entry
  const tailStart = valueEnd - tailBytes
  sum.add(bytes, keyStart, tailStart)
  const hiddenFrom = entry.valuePosition + tailStart - entry.valueStart
  for (let done = 0; done < hiddenBytes; done += partBytes)
    sum.add(await readBytes(file, hiddenFrom + done, Math.min(partBytes, hiddenBytes - done)))
  sum.add(bytes, tailStart, valueEnd)
}
