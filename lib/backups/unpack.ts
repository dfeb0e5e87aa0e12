import { decompress } from '#lib/backup-format/compress.ts'
import type { Decryption } from '#lib/backup-format/decrypt-chunks.ts'
import { decryptChunks } from '#lib/backup-format/decrypt-chunks.ts'
import type { Compression } from '#lib/contracts/backups.ts'
import { AppError } from '#lib/errors.ts'
import { StoredDigest } from './stored-digest.ts'

/** What the catalogue knows of an object, without which it is not believed. */
export interface Unpacking {
  readonly compression: Compression
  readonly decryption: Decryption | null
  /** Of the snapshot: its length, and its SHA-256 in hexadecimal. */
  readonly sizeBytes: number
  readonly sha256: string
}

/**
 * The snapshot an object holds, as it was sent by the member. The last bytes are given out only when all of them were the right
 * ones: a reader that comes to the end has the backup that was verified.
 *
 * @throws AppError `backup-damaged`, `backup-key-wrong`; what the source throws
 */
export async function* unpack(
  object: AsyncIterable<Uint8Array>,
  { compression, decryption, sizeBytes, sha256 }: Unpacking,
): AsyncGenerator<Uint8Array> {
  const packed = decryption ? decryptChunks(object, decryption) : object
  const digest = new StoredDigest()
  let held: Uint8Array | undefined
  for await (const part of decompress(packed, { compression, expectedBytes: sizeBytes })) {
    digest.take(part)
    if (held) yield held
    // What comes next may be written into the same memory.
    held = Uint8Array.from(part)
  }
  if (digest.finish().sha256 !== sha256) {
    throw new AppError('backup-damaged', 'The object does not hold the snapshot that was verified', {
      details: { cause: 'checksum-differs' },
    })
  }
  if (held) yield held
}
