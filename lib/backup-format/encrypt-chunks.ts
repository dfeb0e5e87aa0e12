import { createCipheriv, randomBytes } from 'node:crypto'
import type { Secret } from '#lib/secret.ts'
import { chunkBytesDefault, chunkNonce, deriveSecrets, saltBytes, tagBytes, writeHeader } from './chunk-header.ts'
import { inBlocks } from './in-blocks.ts'

export interface Encryption {
  /** 32 bytes that encrypt this object and no other. */
  key: Secret<Buffer>
  /** Which of the team's keys wraps it, and the wrapped key; both stand readable at the beginning of the object. */
  keyId: string
  wrappedKey: string
  /** Says which object this is, as its key in the store does; put in another's place it does not open. */
  context: string
  /** Plaintext in each chunk but the last; 64 KiB unless told, 64 bytes to 16 MiB. */
  chunkBytes?: number
}

/**
 * Encrypts a stream as it comes: a header, then chunks of AES-256-GCM each of which is proven by itself (`ChunkHeader` has
 * the format). Takes from the source as fast as the reader takes, and holds one chunk of it without copying: a source must not
 * write into bytes it has given out.
 *
 * @throws RangeError when the key has not 32 bytes or a part has no place in the header; what the source throws
 */
export async function* encryptChunks(
  source: AsyncIterable<Uint8Array>,
  { key, keyId, wrappedKey, context, chunkBytes = chunkBytesDefault }: Encryption,
): AsyncGenerator<Buffer> {
  const salt = randomBytes(saltBytes)
  const { headerKey, ...secrets } = deriveSecrets(key, salt)
  yield writeHeader({ chunkBytes, keyId, wrappedKey }, { salt, headerKey, context })
  let index = 0
  for await (const { parts, isLast } of inBlocks(source, chunkBytes)) {
    const nonce = chunkNonce(secrets, { index, isLast })
    const cipher = createCipheriv('aes-256-gcm', secrets.cipherKey, nonce, { authTagLength: tagBytes })
    for (const part of parts) yield cipher.update(part)
    yield Buffer.concat([cipher.final(), cipher.getAuthTag()])
    index += 1
  }
}
