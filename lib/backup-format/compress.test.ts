import { randomBytes } from 'node:crypto'
import { constants, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '#lib/errors.ts'
import type { Compression } from './compress.ts'
import { compress, compressions, decompress } from './compress.ts'

async function* parts(bytes: Uint8Array, partBytes = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += partBytes) yield bytes.subarray(at, at + partBytes)
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const part of source) all.push(part)
  return Buffer.concat(all)
}

const pack = (bytes: Uint8Array, compression: Compression) => collect(compress(parts(bytes), compression))
const unpack = (
  stored: Uint8Array,
  compression: Compression,
  { expectedBytes, partBytes }: { expectedBytes: number; partBytes?: number },
) => collect(decompress(parts(stored, partBytes), { compression, expectedBytes }))
const damage = (cause: string) => ({ code: 'backup-damaged', details: { cause } })

/** Some of it can be packed and some cannot. */
const mixed = Buffer.concat([randomBytes(50_000), Buffer.alloc(150_000, 'etcd'), randomBytes(7)])

describe.each(compressions)('a backup packed as %s', (compression) => {
  it('comes out as it went in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3_000, size: 'max' }),
        fc.integer({ min: 100, max: 2_000 }),
        async (bytes, partBytes) => {
          const stored = await pack(bytes, compression)
          const plain = await unpack(stored, compression, { expectedBytes: bytes.length, partBytes })
          expect(plain.equals(bytes)).toBe(true)
        },
      ),
      { numRuns: 50 },
    )
    const stored = await pack(mixed, compression)
    expect((await unpack(stored, compression, { expectedBytes: mixed.length })).equals(mixed)).toBe(true)
  })

  it('is refused when it is shorter or longer than it should be', async () => {
    const stored = await pack(mixed, compression)
    for (const expectedBytes of [mixed.length - 1, mixed.length + 1, 0]) {
      await expect(unpack(stored, compression, { expectedBytes })).rejects.toMatchObject(damage('wrong-size'))
    }
  })

  it('is refused when it is cut anywhere', async () => {
    const stored = await pack(mixed.subarray(49_000, 60_000), compression)
    for (const length of [0, 1, 5, 100, stored.length >> 1, stored.length - 8, stored.length - 1]) {
      await expect(unpack(stored.subarray(0, length), compression, { expectedBytes: 11_000 })).rejects.toMatchObject(
        damage(compression === 'none' ? 'wrong-size' : 'truncated'),
      )
    }
  })

  it.each([7, 1_000, 10_000_000])(
    'is refused with anything behind its end, in parts of %d bytes',
    async (partBytes) => {
      const plain = mixed.subarray(0, 20_000)
      const stored = await pack(plain, compression)
      for (const more of [Buffer.alloc(1), Buffer.from('garbage'), Buffer.alloc(100_000), stored]) {
        const options = { expectedBytes: plain.length, partBytes }
        const error: unknown = await unpack(Buffer.concat([stored, more]), compression, options).catch(
          (reason) => reason,
        )
        expect(error).toMatchObject({ code: 'backup-damaged' })
      }
    },
  )

  it('passes on what its source throws, both ways, and closes a source nobody reads on', async () => {
    async function* broken(bytes: Uint8Array) {
      yield* parts(bytes)
      throw new Error('the member went away')
    }
    await expect(collect(compress(broken(mixed), compression))).rejects.toThrow('the member went away')
    const stored = await pack(mixed, compression)
    const half = broken(stored.subarray(0, stored.length >> 1))
    await expect(collect(decompress(half, { compression, expectedBytes: mixed.length }))).rejects.toThrow(
      'the member went away',
    )
    let isClosed = false
    async function* endless() {
      try {
        for (;;) yield randomBytes(10_000)
      } finally {
        isClosed = true
      }
    }
    for await (const part of compress(endless(), compression)) if (part.length > 0) break
    expect(isClosed).toBe(true)
  })

  it('comes out whole from a source that pauses anywhere, also before it says that it ends', async () => {
    const stored = await pack(mixed, compression)
    async function* slow() {
      for await (const part of parts(stored, 20_000)) {
        yield part
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    const plain = await collect(decompress(slow(), { compression, expectedBytes: mixed.length }))
    expect(plain.equals(mixed)).toBe(true)
  })

  it('is packed as fast as the slow end takes it', async () => {
    let madeBytes = 0
    let takenBytes = 0
    let aheadMax = 0
    async function* source() {
      for (; madeBytes < 20_000_000; madeBytes += 100_000) yield randomBytes(100_000)
    }
    for await (const part of decompress(compress(source(), compression), { compression, expectedBytes: 20_000_000 })) {
      takenBytes += part.length
      aheadMax = Math.max(aheadMax, madeBytes - takenBytes)
      await new Promise(setImmediate)
    }
    expect(takenBytes).toBe(20_000_000)
    expect(aheadMax).toBeLessThan(4_000_000)
  })
})

describe.each(['zstd', 'gzip'] as const)('what should be %s', (compression) => {
  it('and is something else, is refused, not given out as bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const error: unknown = await unpack(bytes, compression, { expectedBytes: 1 }).catch((reason) => reason)
        expect(error instanceof AppError && error.code).toBe('backup-damaged')
      }),
      { numRuns: 200 },
    )
  })

  it('and unpacks to a thousand times its size, is stopped at the size it should have', async () => {
    const bomb = await pack(Buffer.alloc(30_000_000), compression)
    expect(bomb.length).toBeLessThan(40_000)
    let seenBytes = 0
    const read = async () => {
      for await (const part of decompress(parts(bomb), { compression, expectedBytes: 1_000_000 }))
        seenBytes += part.length
    }
    await expect(read()).rejects.toMatchObject(damage('wrong-size'))
    expect(seenBytes).toBeLessThanOrEqual(1_000_000)
  })
})

it('a zstd that wants more memory than ours ever do is refused', async () => {
  const params = { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_compressionLevel]: 3 }
  const stored = zstdCompressSync(randomBytes(9_000_000), { params })
  await expect(unpack(stored, 'zstd', { expectedBytes: 9_000_000, partBytes: 100_000 })).rejects.toMatchObject(
    damage('not-unpackable'),
  )
})

it('a bit changed in a zstd is refused or changes nothing', async () => {
  const plain = mixed.subarray(49_900, 50_400)
  const stored = await pack(plain, 'zstd')
  for (let bit = 0; bit < stored.length * 8; bit += 1) {
    const changed = Buffer.from(stored)
    changed.writeUInt8((changed.at(bit >> 3) ?? 0) ^ (1 << (bit & 7)), bit >> 3)
    const seen: unknown = await unpack(changed, 'zstd', { expectedBytes: plain.length }).catch((reason) => reason)
    if (Buffer.isBuffer(seen)) expect(seen.equals(plain)).toBe(true)
    else expect(seen).toMatchObject({ code: 'backup-damaged' })
  }
})
