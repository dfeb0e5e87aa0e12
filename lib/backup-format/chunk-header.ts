import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { AppError } from '#lib/errors.ts'
import type { Secret } from '#lib/secret.ts'
import { damaged } from './damaged.ts'

/**
 * What an encrypted backup begins with, numbers big-endian:
 *
 *     8  "kstonebk"
 *     1  version of the format, 1
 *     1  cipher, 1 for AES-256-GCM
 *     4  bytes of plaintext in each chunk but the last
 *     1  length of the key id, 1 to 64
 *     2  length of the wrapped key, 0 to 1,024
 *     32 salt, random for each object
 *     .. key id, then wrapped key, both ASCII
 *     32 HMAC-SHA-256 of all before it and of what the object is
 *
 * Then come the chunks: each its ciphertext and a tag of 16 bytes. The nonce of a chunk is a prefix of 7 bytes, its number
 * (4 bytes, from 0) and 1 for the last chunk, else 0: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, 2015),
 * under which chunks left out, swapped, repeated or appended do not open.
 */
export interface ChunkHeader {
  chunkBytes: number
  /** Which of the team's keys wraps the key of this object. */
  keyId: string
  /** The object's own key, sealed: with the team's key the object opens without a catalogue. */
  wrappedKey: string
}

/** A header as it was found, with what is needed to prove it. */
export interface FoundHeader extends ChunkHeader {
  headerBytes: number
  salt: Buffer
  signed: Buffer
  signature: Buffer
}

/** All secrets of one object, derived from its own key and its salt. */
export interface ChunkSecrets {
  cipherKey: Buffer
  noncePrefix: Buffer
}

export const keyBytes = 32
export const saltBytes = 32
export const tagBytes = 16
export const chunkBytesDefault = 64 * 1024

const magic = Buffer.from('kstonebk', 'latin1')
const version = 1
const cipherAesGcm = 1
const fixedBytes = magic.length + 1 + 1 + 4 + 1 + 2 + saltBytes
const signatureBytes = 32
const keyIdBytesMax = 64
const wrappedKeyBytesMax = 1_024
/** Both ends hold a chunk in memory, whatever a header says. */
const chunkBytesMin = 64
const chunkBytesMax = 16 * 1024 * 1024
const prefixBytes = 7
/** The number of a chunk has 32 bits. */
const chunksMax = 2 ** 32

/** No header is longer. */
export const headerBytesMax = fixedBytes + keyIdBytesMax + wrappedKeyBytesMax + signatureBytes

/**
 * Derives the secrets of one object and the key that signs its header.
 *
 * @param key 32 bytes that no other object has
 * @throws RangeError when the key has another length
 */
export function deriveSecrets(key: Secret<Buffer>, salt: Buffer): ChunkSecrets & { headerKey: Buffer } {
  const secret = key.reveal()
  if (secret.length !== keyBytes)
    throw new RangeError(`The key of a backup has ${secret.length} bytes, not ${keyBytes}`)
  const derived = Buffer.from(hkdfSync('sha256', secret, salt, 'kstone/backup-chunks/v1', 2 * keyBytes + prefixBytes))
  return {
    cipherKey: derived.subarray(0, keyBytes),
    headerKey: derived.subarray(keyBytes, 2 * keyBytes),
    noncePrefix: derived.subarray(2 * keyBytes),
  }
}

/** @throws RangeError when the number has no place in a nonce */
export function chunkNonce(
  { noncePrefix }: ChunkSecrets,
  { index, isLast }: { index: number; isLast: boolean },
): Buffer {
  if (index >= chunksMax) throw new RangeError(`A backup has at most ${chunksMax} chunks`)
  const nonce = Buffer.alloc(prefixBytes + 4 + 1)
  noncePrefix.copy(nonce)
  nonce.writeUInt32BE(index, prefixBytes)
  nonce.writeUInt8(isLast ? 1 : 0, prefixBytes + 4)
  return nonce
}

/**
 * @param context says which object this is; it is signed, not written
 * @throws RangeError when a part has no place in a header
 */
export function writeHeader(
  { chunkBytes, keyId, wrappedKey }: ChunkHeader,
  { salt, headerKey, context }: { salt: Buffer; headerKey: Buffer; context: string },
): Buffer {
  if (!isChunkLength(chunkBytes)) throw new RangeError(`Chunks of ${chunkBytes} bytes are none`)
  const texts = [checkedText(keyId, keyIdBytesMax), checkedText(wrappedKey, wrappedKeyBytesMax)]
  if (keyId === '') throw new RangeError('A key without an id cannot be found again')
  const numbers = Buffer.alloc(fixedBytes - magic.length - saltBytes)
  numbers.writeUInt8(version, 0)
  numbers.writeUInt8(cipherAesGcm, 1)
  numbers.writeUInt32BE(chunkBytes, 2)
  numbers.writeUInt8(keyId.length, 6)
  numbers.writeUInt16BE(wrappedKey.length, 7)
  const signed = Buffer.concat([magic, numbers, salt, ...texts])
  return Buffer.concat([signed, sign(signed, { headerKey, context })])
}

/**
 * Reads the header at the beginning of an object; nothing of it is proven before `checkHeader`.
 *
 * @param bytes the first `headerBytesMax` of the object, or all it has
 * @throws AppError `backup-damaged`, `backup-format-too-new`
 */
export function findHeader(bytes: Buffer): FoundHeader {
  if (!bytes.subarray(0, magic.length).equals(magic))
    throw damaged('not-encrypted', 'does not begin as an encrypted backup')
  if (bytes.length < fixedBytes) throw damaged('truncated', 'ends within its header')
  checkVersion(bytes)
  const chunkBytes = bytes.readUInt32BE(10)
  const keyIdBytes = bytes.readUInt8(14)
  const wrappedBytes = bytes.readUInt16BE(15)
  if (!isChunkLength(chunkBytes) || keyIdBytes > keyIdBytesMax || wrappedBytes > wrappedKeyBytesMax) {
    throw damaged('header', 'has a header with impossible lengths')
  }
  const wrappedAt = fixedBytes + keyIdBytes
  const signedBytes = wrappedAt + wrappedBytes
  const headerBytes = signedBytes + signatureBytes
  if (bytes.length < headerBytes) throw damaged('truncated', 'ends within its header')
  return {
    chunkBytes,
    keyId: bytes.toString('latin1', fixedBytes, wrappedAt),
    wrappedKey: bytes.toString('latin1', wrappedAt, signedBytes),
    headerBytes,
    salt: bytes.subarray(fixedBytes - saltBytes, fixedBytes),
    signed: bytes.subarray(0, signedBytes),
    signature: bytes.subarray(signedBytes, headerBytes),
  }
}

/**
 * Proves a header and gives the secrets for the chunks behind it.
 *
 * @throws AppError `backup-key-wrong` when the key is another, the object stands for another, or its header was changed
 */
export function checkHeader(
  header: FoundHeader,
  { key, context }: { key: Secret<Buffer>; context: string },
): ChunkSecrets {
  const secrets = deriveSecrets(key, header.salt)
  if (!timingSafeEqual(sign(header.signed, { headerKey: secrets.headerKey, context }), header.signature)) {
    throw new AppError('backup-key-wrong', `The header of the backup ${context} is not signed with its key`)
  }
  return secrets
}

function checkVersion(bytes: Buffer): void {
  const [found, cipher] = [bytes.readUInt8(8), bytes.readUInt8(9)]
  if (found === version && cipher === cipherAesGcm) return
  const details = { version: found, cipher, known: version }
  throw new AppError('backup-format-too-new', `Version ${found} with cipher ${cipher} is not known here`, { details })
}

function sign(signed: Buffer, { headerKey, context }: { headerKey: Buffer; context: string }): Buffer {
  return createHmac('sha256', headerKey).update(signed).update(context).digest()
}

function isChunkLength(bytes: number): boolean {
  return Number.isInteger(bytes) && bytes >= chunkBytesMin && bytes <= chunkBytesMax
}

function checkedText(text: string, bytesMax: number): Buffer {
  if (!/^[\x21-\x7e]*$/.test(text) || text.length > bytesMax)
    throw new RangeError('A header holds visible ASCII only, and no more than it has room for')
  return Buffer.from(text, 'latin1')
}
