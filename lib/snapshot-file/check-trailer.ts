import { createHash } from 'node:crypto'
import { trailerBytes } from './check-size.ts'
import { damaged } from './damage.ts'
import type { OpenFile } from './open-file.ts'
import { readBytes } from './open-file.ts'

const partBytes = 1024 * 1024

/**
 * Compares the SHA-256 at the file's end with that of everything before it, and gives it in hexadecimal. What the caller
 * already `known` from writing the file is not computed again.
 *
 * @throws AppError `snapshot-damaged`: `checksum-differs`
 */
export async function checkTrailer(file: OpenFile, known?: string): Promise<string> {
  const dataBytes = file.sizeBytes - trailerBytes
  const trailer = (await readBytes(file, dataBytes, trailerBytes)).toString('hex')
  const found = known ?? (await sha256Of(file, dataBytes))
  if (found === trailer) return found
  throw damaged(
    'checksum-differs',
    `The SHA-256 of the data is ${found}, but the member wrote ${trailer} behind it: bytes were changed on the way or on the disk`,
    { offset: dataBytes },
  )
}

/** One part is hashed while the next is read. */
async function sha256Of(file: OpenFile, sizeBytes: number): Promise<string> {
  const hash = createHash('sha256')
  const parts = [Buffer.allocUnsafeSlow(partBytes), Buffer.allocUnsafeSlow(partBytes)] as const
  const readPart = async (index: number) => {
    const position = index * partBytes
    const length = Math.max(0, Math.min(partBytes, sizeBytes - position))
    const part = parts[index % 2 === 0 ? 0 : 1]
    await file.readInto(part, position, { start: 0, length })
    return part.subarray(0, length)
  }
  const count = Math.ceil(sizeBytes / partBytes)
  let next = await readPart(0)
  for (let index = 0; index < count; index += 1) {
    const part = next
    const [following] = await Promise.all([readPart(index + 1), hash.update(part)])
    next = following
  }
  return hash.digest('hex')
}
