import { AppError } from '#lib/errors.ts'
import type { ObjectStore } from '#lib/storage/object-store.ts'
import type { Digest } from './stored-digest.ts'
import { StoredDigest } from './stored-digest.ts'

/**
 * Reads an object to its end and compares it with what was sent: that a store says it has it, and what checksum it claims,
 * proves nothing.
 *
 * @throws AppError `storage-bad-answer` with both digests when one bit differs; `storage-*` of the store
 */
export async function readBack(
  store: ObjectStore,
  { key, sent, signal }: { key: string; sent: Digest; signal: AbortSignal },
): Promise<void> {
  const digest = new StoredDigest()
  await using body = await store.read(key, { signal })
  for await (const bytes of body) digest.take(bytes)
  const { sizeBytes, sha256 } = digest.finish()
  if (sha256 === sent.sha256 && sizeBytes === sent.sizeBytes) return
  throw new AppError('storage-bad-answer', `${key} was read back as other bytes than were sent`, {
    details: {
      cause: 'read-back-differs',
      sentBytes: sent.sizeBytes,
      readBytes: sizeBytes,
      sent: sent.sha256,
      read: sha256,
    },
  })
}
