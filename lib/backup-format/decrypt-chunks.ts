import { createDecipheriv } from 'node:crypto'
import type { Secret } from '#lib/secret.ts'
import type { ChunkHeader, ChunkSecrets } from './chunk-header.ts'
import { checkHeader, chunkNonce, findHeader, headerBytesMax, tagBytes } from './chunk-header.ts'
import { damaged } from './damaged.ts'
import type { Block } from './in-blocks.ts'
import { inBlocks } from './in-blocks.ts'

export interface Decryption {
  /** Gives the object's own key for what its header says. What it throws is thrown on. */
  findKey: (header: Pick<ChunkHeader, 'keyId' | 'wrappedKey'>) => Secret<Buffer> | Promise<Secret<Buffer>>
  /** As it was encrypted with. */
  context: string
}

/** An object that can be read at any place. */
export interface StoredObject {
  sizeBytes: number
  /** The bytes from `start` up to, not including, `end`. */
  read: (range: { start: number; end: number }) => AsyncIterable<Uint8Array>
}

/** An encrypted object of which beginning, end and so its length are proven. */
export interface OpenedObject {
  /** Of the plaintext. */
  sizeBytes: number
  /**
   * The plaintext from `start` up to, not including, `end`; reads only the chunks it lies in.
   *
   * @throws RangeError when there is no such range; AppError `backup-damaged`; what the object's `read` throws
   */
  read: (range: { start: number; end: number }) => AsyncGenerator<Buffer>
}

/**
 * Decrypts what `encryptChunks` made. A chunk is given out only once it is proven to be the one that belongs there, so
 * whatever was done to the object, no wrong byte is seen; that it is whole is proven by the generator coming to its end.
 *
 * @throws AppError `backup-damaged` with `details.cause`; `backup-key-wrong`; `backup-format-too-new`; what the source throws
 */
export async function* decryptChunks(source: AsyncIterable<Uint8Array>, options: Decryption): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]()
  try {
    const beginning = await readBeginning(iterator)
    const header = findHeader(beginning)
    const secrets = checkHeader(header, { key: await options.findKey(header), context: options.context })
    const storedBytes = header.chunkBytes + tagBytes
    let index = 0
    for await (const block of inBlocks(continued(beginning.subarray(header.headerBytes), iterator), storedBytes)) {
      yield* openChunk(block, secrets, { index, isLast: block.isLast, storedBytes })
      index += 1
    }
  } finally {
    await iterator.return?.()
  }
}

/**
 * Opens an encrypted object for reading any part of it. The last chunk is read at once: it proves how long the object is.
 *
 * @throws as `decryptChunks`; what the object's `read` throws
 */
export async function openChunks(object: StoredObject, options: Decryption): Promise<OpenedObject> {
  const header = findHeader(await readAll(object, { start: 0, end: Math.min(headerBytesMax, object.sizeBytes) }))
  const secrets = checkHeader(header, { key: await options.findKey(header), context: options.context })
  const blockBytes = header.chunkBytes + tagBytes
  const count = Math.max(1, Math.ceil((object.sizeBytes - header.headerBytes) / blockBytes))
  const blockAt = (index: number) => Math.min(header.headerBytes + index * blockBytes, object.sizeBytes)

  async function* openFrom(first: number, end: number): AsyncGenerator<Buffer> {
    let index = first
    const stored = object.read({ start: blockAt(first), end: blockAt(end) })
    for await (const block of inBlocks(stored, blockBytes)) {
      if (block.sizeBytes !== blockAt(index + 1) - blockAt(index)) {
        throw damaged('truncated', 'is not as long as its store says', { chunk: index })
      }
      yield* openChunk(block, secrets, { index, isLast: index === count - 1, storedBytes: blockBytes })
      index += 1
    }
  }

  let sizeBytes = (count - 1) * header.chunkBytes
  for await (const bytes of openFrom(count - 1, count)) sizeBytes += bytes.length

  return {
    sizeBytes,
    async *read({ start, end }) {
      if (!(start >= 0 && start <= end && end <= sizeBytes))
        throw new RangeError(`There is no range ${start} to ${end}`)
      if (start === end) return
      const first = Math.floor(start / header.chunkBytes)
      let at = first * header.chunkBytes
      for await (const bytes of openFrom(first, Math.ceil(end / header.chunkBytes))) {
        const wanted = bytes.subarray(Math.max(0, start - at), Math.max(0, end - at))
        if (wanted.length > 0) yield wanted
        at += bytes.length
      }
    },
  }
}

interface ChunkPlace {
  index: number
  isLast: boolean
  /** Of a chunk that is not the last. */
  storedBytes: number
}

function openChunk(block: Block, secrets: ChunkSecrets, { index, isLast, storedBytes }: ChunkPlace): Buffer[] {
  const opened = decryptChunk(block, secrets, { index, isLast })
  if (opened !== undefined) return opened
  // A chunk that opens only as what it is not tells that the end was moved.
  const isFull = block.sizeBytes === storedBytes
  const wasOther = isFull && decryptChunk(block, secrets, { index, isLast: !isLast }) !== undefined
  if (block.sizeBytes === 0 || (wasOther && isLast)) {
    throw damaged('truncated', 'ends before its last chunk', { chunk: index })
  }
  if (wasOther) throw damaged('extended', 'goes on after its last chunk', { chunk: index })
  throw damaged('altered', 'has a chunk that is not the one stored there', { chunk: index })
}

function decryptChunk(
  block: Block,
  secrets: ChunkSecrets,
  place: { index: number; isLast: boolean },
): Buffer[] | undefined {
  if (block.sizeBytes < tagBytes) return undefined
  const { ciphertext, tag } = splitTag(block)
  const nonce = chunkNonce(secrets, place)
  const decipher = createDecipheriv('aes-256-gcm', secrets.cipherKey, nonce, { authTagLength: tagBytes })
  decipher.setAuthTag(tag)
  try {
    const opened = ciphertext.map((part) => decipher.update(part))
    decipher.final()
    return opened
  } catch {
    return undefined
  }
}

function splitTag({ parts, sizeBytes }: Block): { ciphertext: Uint8Array[]; tag: Buffer } {
  const ciphertext: Uint8Array[] = []
  const tag: Uint8Array[] = []
  let leftBytes = sizeBytes - tagBytes
  for (const part of parts) {
    if (leftBytes > 0) ciphertext.push(part.subarray(0, leftBytes))
    if (part.length > leftBytes) tag.push(part.subarray(leftBytes))
    leftBytes = Math.max(0, leftBytes - part.length)
  }
  return { ciphertext, tag: Buffer.concat(tag) }
}

/** So much of an object that every header ends within it, or all there is. */
async function readBeginning(iterator: AsyncIterator<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for (let heldBytes = 0; heldBytes < headerBytesMax; ) {
    const { done, value } = await iterator.next()
    if (done) break
    parts.push(value)
    heldBytes += value.length
  }
  return Buffer.concat(parts)
}

async function* continued(first: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first
  yield* { [Symbol.asyncIterator]: () => iterator }
}

async function readAll(object: StoredObject, range: { start: number; end: number }): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of object.read(range)) parts.push(part)
  return Buffer.concat(parts)
}
