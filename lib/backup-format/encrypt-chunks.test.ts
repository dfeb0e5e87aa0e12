import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { Secret } from '#lib/secret.ts'
import { findHeader, headerBytesMax } from './chunk-header.ts'
import type { Decryption, OpenedObject, StoredObject } from './decrypt-chunks.ts'
import { decryptChunks, openChunks } from './decrypt-chunks.ts'
import type { Encryption } from './encrypt-chunks.ts'
import { encryptChunks } from './encrypt-chunks.ts'

const key = new Secret(Buffer.alloc(32, 7))
const context = 'tenant/team/cluster/backup'
const encryption: Encryption = { key, keyId: 'team-key-1', wrappedKey: 'v1.1.sealed', context, chunkBytes: 64 }
const chunkBytes = 64
const storedChunkBytes = chunkBytes + 16

async function* parts(bytes: Uint8Array, partBytes = 33): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += partBytes) yield bytes.subarray(at, at + partBytes)
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const part of source) all.push(part)
  return Buffer.concat(all)
}

const encrypt = (bytes: Uint8Array, options: Partial<Encryption> = {}) =>
  collect(encryptChunks(parts(bytes), { ...encryption, ...options }))

const decryption: Decryption = { findKey: () => key, context }
const decrypt = (stored: Uint8Array, options = decryption) => collect(decryptChunks(parts(stored), options))

/** What can be read of an object before it is found to be damaged, and what it was found to be. */
async function readUntilRefused(stored: Uint8Array): Promise<{ seen: Buffer; error: unknown }> {
  const seen: Uint8Array[] = []
  try {
    for await (const part of decryptChunks(parts(stored), decryption)) seen.push(part)
  } catch (error) {
    return { seen: Buffer.concat(seen), error }
  }
  return { seen: Buffer.concat(seen), error: undefined }
}

const asObject = (stored: Buffer): StoredObject => ({
  sizeBytes: stored.length,
  read: ({ start, end }) => parts(stored.subarray(start, end), 50),
})

const anyBytes = (maxLength = 700) => fc.uint8Array({ maxLength, size: 'max' }).map((bytes) => Buffer.from(bytes))

/** An object in its parts: the header, then each chunk. */
function split(stored: Buffer): { header: Buffer; chunks: Buffer[] } {
  const { headerBytes } = findHeader(stored.subarray(0, headerBytesMax))
  const chunks: Buffer[] = []
  for (let at = headerBytes; at < stored.length; at += storedChunkBytes)
    chunks.push(stored.subarray(at, at + storedChunkBytes))
  return { header: stored.subarray(0, headerBytes), chunks }
}

const refusals = ['backup-damaged', 'backup-key-wrong', 'backup-format-too-new']

/** Damage is never read as something else: what came before it is right, and then it is refused. */
async function expectRefused(stored: Uint8Array, plain: Buffer): Promise<unknown> {
  const { seen, error } = await readUntilRefused(stored)
  if (!(error instanceof AppError)) throw new Error(`Not refused: ${error}`)
  expect(refusals).toContain(error.code)
  expect(plain.subarray(0, seen.length).equals(seen)).toBe(true)
  return error.details.cause
}

describe('an encrypted backup', () => {
  it('comes out as it went in, whatever its length and however it is cut on the way', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes(), fc.integer({ min: 1, max: 300 }), async (plain, partBytes) => {
        const stored = await collect(encryptChunks(parts(plain, partBytes), encryption))
        expect((await collect(decryptChunks(parts(stored, partBytes), decryption))).equals(plain)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it.each([0, 1, 63, 64, 65, 127, 128, 129, 640])('of %d bytes has as many chunks as it needs', async (length) => {
    const plain = randomBytes(length)
    const { chunks } = split(await encrypt(plain))
    expect(chunks).toHaveLength(Math.max(1, Math.ceil(length / chunkBytes)))
    expect((await decrypt(await encrypt(plain))).equals(plain)).toBe(true)
  })

  it('says which key opens it before it is opened, and nothing of what is in it', async () => {
    const plain = Buffer.from('a secret that must not be seen'.repeat(10))
    const stored = await encrypt(plain)
    const seen: unknown[] = []
    const findKey = (header: { keyId: string; wrappedKey: string }) => {
      seen.push([header.keyId, header.wrappedKey])
      return Promise.resolve(key)
    }
    expect((await decrypt(stored, { findKey, context })).equals(plain)).toBe(true)
    expect(seen).toEqual([['team-key-1', 'v1.1.sealed']])
    expect(stored.includes('secret')).toBe(false)
  })

  it('is another each time, so that equal backups are not seen to be equal', async () => {
    const plain = Buffer.alloc(200)
    const [one, other] = [split(await encrypt(plain)), split(await encrypt(plain))]
    const all = [...one.chunks, ...other.chunks].map((chunk) => chunk.toString('hex'))
    expect(new Set(all).size).toBe(all.length)
  })

  it('goes through a pipeline as fast as its slow end takes it', async () => {
    let made = 0
    let taken = 0
    let aheadMax = 0
    async function* source() {
      for (; made < 500; made += 1) yield Buffer.alloc(1_000)
    }
    await pipeline(
      source,
      (bytes: AsyncIterable<Uint8Array>) => encryptChunks(bytes, { ...encryption, chunkBytes: 4_000 }),
      (bytes: AsyncIterable<Uint8Array>) => decryptChunks(bytes, decryption),
      async (bytes: AsyncIterable<Uint8Array>) => {
        for await (const part of bytes) {
          taken += part.length
          aheadMax = Math.max(aheadMax, made * 1_000 - taken)
          await new Promise(setImmediate)
        }
      },
    )
    expect(taken).toBe(500_000)
    expect(aheadMax).toBeLessThan(200_000)
  })

  it('passes on what its source throws, and lets go of the source when nobody reads on', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.alloc(100)
        throw new Error('the member went away')
      })(),
    )
    await expect(collect(encryptChunks(broken, encryption))).rejects.toThrow('the member went away')
    let isClosed = false
    async function* endless() {
      try {
        for (;;) yield Buffer.alloc(100)
      } finally {
        isClosed = true
      }
    }
    for await (const part of encryptChunks(endless(), encryption)) if (part.length === 16) break
    expect(isClosed).toBe(true)
    isClosed = false
    await expect(collect(decryptChunks(endless(), decryption))).rejects.toMatchObject({
      details: { cause: 'not-encrypted' },
    })
    expect(isClosed).toBe(true)
  })

  it.each([
    { key: new Secret(Buffer.alloc(31)) },
    { chunkBytes: 63 },
    { chunkBytes: 2 ** 24 + 1 },
    { chunkBytes: 64.5 },
    { keyId: '' },
    { keyId: 'x'.repeat(65) },
    { keyId: 'a b' },
    { keyId: 'é' },
    { wrappedKey: 'x'.repeat(1_025) },
  ])('is not made with %o', async (options) => {
    await expect(encrypt(Buffer.alloc(1), options)).rejects.toThrow(RangeError)
  })
})

describe('an encrypted backup that was tampered with', () => {
  it('by one bit anywhere is refused, and no wrong byte is seen', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes(400), fc.nat(), async (plain, position) => {
        const stored = await encrypt(plain)
        const at = position % (stored.length * 8)
        const byte = stored.at(at >> 3) ?? 0
        stored.writeUInt8(byte ^ (1 << (at & 7)), at >> 3)
        await expectRefused(stored, plain)
      }),
      { numRuns: 500 },
    )
  })

  it('in any byte of its header is refused', async () => {
    const plain = randomBytes(100)
    const stored = await encrypt(plain)
    const { header } = split(stored)
    for (const at of header.keys()) {
      const changed = Buffer.from(stored)
      changed.writeUInt8((changed.at(at) ?? 0) ^ 0xff, at)
      await expectRefused(changed, plain)
    }
  })

  it('by cutting it anywhere is refused', async () => {
    const plain = randomBytes(300)
    const stored = await encrypt(plain)
    for (let length = 0; length < stored.length; length += 1) await expectRefused(stored.subarray(0, length), plain)
    expect(await expectRefused(stored.subarray(0, stored.length - 1), plain)).toBe('altered')
    const { header, chunks } = split(stored)
    for (let count = 0; count < chunks.length; count += 1) {
      expect(await expectRefused(Buffer.concat([header, ...chunks.slice(0, count)]), plain)).toBe('truncated')
    }
  })

  it('by adding anything is refused', async () => {
    const plain = randomBytes(256)
    const stored = await encrypt(plain)
    const { chunks } = split(stored)
    expect(await expectRefused(Buffer.concat([stored, Buffer.alloc(1)]), plain)).toBe('extended')
    expect(await expectRefused(Buffer.concat([stored, ...chunks]), plain)).toBe('extended')
    await expectRefused(Buffer.concat([stored, stored]), plain)
  })

  it('by leaving out, repeating or reordering chunks is refused', async () => {
    const shape = fc.array(fc.nat(6), { maxLength: 9 })
    await fc.assert(
      fc.asyncProperty(shape, async (order) => {
        fc.pre(order.join() !== '0,1,2,3,4,5,6')
        const plain = randomBytes(6 * chunkBytes + 10)
        const { header, chunks } = split(await encrypt(plain))
        await expectRefused(Buffer.concat([header, ...order.map((index) => chunks[index] ?? Buffer.alloc(0))]), plain)
      }),
      { numRuns: 300 },
    )
  })

  it('by chunks of another backup under the same key is refused', async () => {
    const [plain, foreign] = [randomBytes(300), randomBytes(300)]
    const [own, other] = [split(await encrypt(plain)), split(await encrypt(foreign))]
    for (const index of own.chunks.keys()) {
      const mixed = own.chunks.map((chunk, at) => (at === index ? (other.chunks[at] ?? chunk) : chunk))
      expect(await expectRefused(Buffer.concat([own.header, ...mixed]), plain)).toBe('altered')
    }
    await expectRefused(Buffer.concat([own.header, ...other.chunks]), plain)
  })

  it('by putting it in the place of another is refused', async () => {
    const stored = await encrypt(Buffer.alloc(100))
    await expect(decrypt(stored, { ...decryption, context: 'tenant/team/cluster/other' })).rejects.toMatchObject({
      code: 'backup-key-wrong',
    })
  })

  it('or not, does not open with another key', async () => {
    const stored = await encrypt(Buffer.alloc(100))
    const findKey = () => new Secret(randomBytes(32))
    await expect(decrypt(stored, { findKey, context })).rejects.toMatchObject({ code: 'backup-key-wrong' })
  })

  it('or is of a newer format, is told apart from damage', async () => {
    const stored = await encrypt(Buffer.alloc(100))
    stored.writeUInt8(2, 8)
    await expect(decrypt(stored)).rejects.toMatchObject({
      code: 'backup-format-too-new',
      details: { version: 2, known: 1 },
    })
  })

  it('until it is none at all, is refused', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes(), fc.boolean(), async (bytes, isBegun) => {
        const stored = isBegun ? Buffer.concat([Buffer.from('kstonebk\x01\x01'), bytes]) : bytes
        await expectRefused(stored, Buffer.alloc(0))
      }),
      { numRuns: 500 },
    )
  })
})

describe('a part of an encrypted backup', () => {
  async function open(stored: Buffer): Promise<OpenedObject> {
    return await openChunks(asObject(stored), decryption)
  }

  it('is read without the rest, at any place', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes(), fc.nat(), fc.nat(), async (plain, a, b) => {
        const opened = await open(await encrypt(plain))
        expect(opened.sizeBytes).toBe(plain.length)
        const [start, end] = [a % (plain.length + 1), b % (plain.length + 1)].sort((x, y) => x - y)
        fc.pre(start !== undefined && end !== undefined)
        if (start === undefined || end === undefined) return
        expect((await collect(opened.read({ start, end }))).equals(plain.subarray(start, end))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('costs the chunks it lies in, and no other', async () => {
    const plain = randomBytes(100 * chunkBytes)
    const stored = await encrypt(plain)
    let readBytes = 0
    const object: StoredObject = {
      sizeBytes: stored.length,
      async *read({ start, end }) {
        readBytes += end - start
        yield stored.subarray(start, end)
      },
    }
    const opened = await openChunks(object, decryption)
    expect(readBytes).toBe(headerBytesMax + storedChunkBytes)
    readBytes = 0
    await collect(opened.read({ start: 50 * chunkBytes, end: 52 * chunkBytes }))
    expect(readBytes).toBe(2 * storedChunkBytes)
    await collect(opened.read({ start: 10, end: 10 }))
    expect(readBytes).toBe(2 * storedChunkBytes)
  })

  it('of an object that was cut or extended is not read at all', async () => {
    const stored = await encrypt(randomBytes(300))
    const { header, chunks } = split(stored)
    for (let count = 0; count < chunks.length; count += 1) {
      const cut = Buffer.concat([header, ...chunks.slice(0, count)])
      await expect(open(cut)).rejects.toMatchObject({ code: 'backup-damaged', details: { cause: 'truncated' } })
    }
    await expect(open(Buffer.concat([stored, Buffer.alloc(5)]))).rejects.toMatchObject({ code: 'backup-damaged' })
    for (let length = 0; length < stored.length; length += 1) {
      await expect(open(stored.subarray(0, length))).rejects.toMatchObject({ code: 'backup-damaged' })
    }
  })

  it('is refused where it was changed, and read where it was not', async () => {
    const plain = randomBytes(300)
    const stored = await encrypt(plain)
    const { header } = split(stored)
    stored.writeUInt8((stored.at(header.length + storedChunkBytes + 3) ?? 0) ^ 1, header.length + storedChunkBytes + 3)
    const opened = await open(stored)
    expect((await collect(opened.read({ start: 0, end: 64 }))).equals(plain.subarray(0, 64))).toBe(true)
    await expect(collect(opened.read({ start: 0, end: 65 }))).rejects.toMatchObject({
      details: { cause: 'altered', chunk: 1 },
    })
  })

  it('is refused where the store gives fewer bytes than it was asked for, or more', async () => {
    const stored = await encrypt(randomBytes(300))
    for (const [ends, cause] of [
      [-1, 'truncated'],
      [1, 'truncated'],
    ] as const) {
      let isOpen = false
      const object: StoredObject = {
        sizeBytes: stored.length,
        read: ({ start, end }) => parts(stored.subarray(start, isOpen ? end + ends : end)),
      }
      const opened = await openChunks(object, decryption)
      isOpen = true
      await expect(collect(opened.read({ start: 0, end: 100 }))).rejects.toMatchObject({ details: { cause } })
    }
  })

  it.each([
    [-1, 5],
    [5, 4],
    [0, 301],
    [Number.NaN, 5],
  ])('from %d to %d is no part of it', async (start, end) => {
    const opened = await open(await encrypt(randomBytes(300)))
    await expect(collect(opened.read({ start, end }))).rejects.toThrow(RangeError)
  })
})
