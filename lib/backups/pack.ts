import { compress } from '#lib/backup-format/compress.ts'
import type { Encryption } from '#lib/backup-format/encrypt-chunks.ts'
import { encryptChunks } from '#lib/backup-format/encrypt-chunks.ts'
import type { Compression } from '#lib/contracts/backups.ts'

/** What is done to a snapshot on its way into a store, in this order. */
export interface Packing {
  readonly compression: Compression
  readonly encryption: Encryption | null
}

/** The object a snapshot becomes, as it is made; as slow as its reader. */
export function pack(
  snapshot: AsyncIterable<Uint8Array>,
  { compression, encryption }: Packing,
): AsyncIterable<Uint8Array> {
  const packed = compress(snapshot, compression)
  return encryption ? encryptChunks(packed, encryption) : packed
}
