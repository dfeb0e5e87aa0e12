import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const tokenPattern = /^[a-z]{2,8}_[0-9A-Za-z]{49}$/
const base62Digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

const randomLength = 43 // 62^43 > 2^256
const checksumLength = 6 // 62^6 > 2^32

/**
 * Makes UUIDs of version 7 (RFC 9562): 48 bits of Unix milliseconds, a 12-bit counter, 62 random bits.
 * Each is greater than the one before it, also within a millisecond and when the clock steps back: then the time part runs
 * ahead of the clock until the clock has caught up.
 */
export function createIdSource(now: () => number = Date.now): () => string {
  let lastMs = 0
  let counter = 0
  return () => {
    const nowMs = now()
    const random = randomBytes(10)
    if (nowMs > lastMs) {
      lastMs = nowMs
      counter = random.readUInt16BE(8) & 0x7ff // starts in the lower half: room to count
    } else if (counter < 0xfff) {
      counter += 1
    } else {
      lastMs += 1
      counter = 0
    }
    const bytes = Buffer.alloc(16)
    bytes.writeUIntBE(lastMs, 0, 6)
    bytes.writeUInt16BE(0x7000 | counter, 6)
    random.copy(bytes, 8, 0, 8)
    bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  }
}

/** A new row's id: UUID version 7, so rows made later sort later. */
export const newId = createIdSource()

/** Whether Postgres would take the value as a `uuid` and give the same text back. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && uuidPattern.test(value)
}

/**
 * A secret somebody will present to us: `<prefix>_<43 random><6 checksum>`, 256 random bits in base 62.
 * Prefix and checksum let a leak scanner tell a real token from noise, and let us refuse a typing error without a query.
 *
 * @param prefix two to eight lower-case letters saying what it opens, `kst` for an API key
 */
export function newSecretToken(prefix: string): string {
  const random = base62(BigInt(`0x${randomBytes(32).toString('hex')}`), randomLength)
  const token = `${prefix}_${random}`
  return token + checksum(token)
}

/** Whether the text has the form of `newSecretToken` and its checksum is right; says nothing about whether it was ever given out. */
export function hasValidChecksum(token: string): boolean {
  if (!tokenPattern.test(token)) return false
  return checksum(token.slice(0, -checksumLength)) === token.slice(-checksumLength)
}

/** What we store of a token: SHA-256 in hex. Its 256 random bits need neither salt nor stretching. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function checksum(text: string): string {
  return base62(BigInt(crc32(text)), checksumLength)
}

function base62(value: bigint, length: number): string {
  let digits = ''
  for (let rest = value; digits.length < length; rest /= 62n) digits = base62Digits.charAt(Number(rest % 62n)) + digits
  return digits
}
