import { execFile } from 'node:child_process'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { checkSnapshotFile } from '#lib/snapshot-file/check-snapshot-file.ts'
import { checkSnapshotFileApart } from '#lib/snapshot-file/check-snapshot-file-apart.ts'
import { compareSnapshotFiles } from '#lib/snapshot-file/compare-snapshot-files.ts'
import { readLiveKeys } from '#lib/snapshot-file/read-live-keys.ts'
import { snapshotHash } from '#lib/snapshot-file/snapshot-hash.ts'
import type { BoltFile, RevisionToWrite } from '#tests/support/bolt-file.ts'
import { boltFile, revisionEntry, sealed, sumMeta } from '#tests/support/bolt-file.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo } from '#tests/support/etcd-access.ts'
import { saveSnapshot, snapshotFolder } from '#tests/support/snapshot-file.ts'

let folder: Awaited<ReturnType<typeof snapshotFolder>>
let fileCount = 0

beforeAll(async () => {
  folder = await snapshotFolder()
})
afterAll(() => folder[Symbol.asyncDispose]())

async function write(bytes: Buffer): Promise<string> {
  fileCount += 1
  const path = join(folder.path, `${fileCount}.db`)
  await writeFile(path, bytes)
  return path
}

/** The cause for which a file is refused; undefined where it is taken. Anything else that is thrown is a fault of ours. */
async function causeOf(read: () => Promise<unknown>): Promise<unknown> {
  try {
    await read()
    return undefined
  } catch (error) {
    if (error instanceof AppError && error.code === 'snapshot-damaged') return error.details.cause
    throw error
  }
}
const checkCause = async (bytes: Buffer) => causeOf(async () => checkSnapshotFile(await write(bytes)))

const revisions = (count: number, valueBytes = 40): RevisionToWrite[] =>
  Array.from({ length: count }, (_, index) => ({
    main: 2 + index,
    key: `/registry/pods/pod-${index % Math.round(count * 0.7)}`,
    value: Buffer.alloc(valueBytes, index),
  }))

function keysOf(written: readonly RevisionToWrite[], options: Parameters<typeof boltFile>[1] = {}): BoltFile {
  const meta = [{ key: Buffer.from('consistent_index'), value: Buffer.from([0, 0, 0, 0, 0, 0, 0, 9]) }]
  return boltFile(
    [
      { name: 'alarm', entries: [] },
      { name: 'key', entries: written.map(revisionEntry) },
      { name: 'meta', entries: meta },
    ],
    options,
  )
}

/** Many pages, two levels of branches, all in 60 KB. */
const small = () => keysOf(revisions(600), { pageSize: 1024, freePages: 3 })

/** A copy with `change` done to it and the checksum made to fit. */
function changed(file: BoltFile, change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(file.bytes)
  change(bytes)
  return sealed(bytes)
}

const at = (ids: readonly number[], index: number): number => {
  const id = ids.at(index)
  if (id === undefined) throw new Error('There is no such page')
  return id
}

describe('a file as bbolt writes it', () => {
  test.each(['absent', 'listed', 'marked'] as const)('is taken with its list of free pages %s', async (freelist) => {
    const file = keysOf(revisions(2000), { freePages: 5, freelist })
    const report = await checkSnapshotFile(await write(file.bytes))
    expect(file.branches.length).toBeGreaterThan(0)
    expect(report).toMatchObject({ revision: 2001n, revisionCount: 2000, entryCount: 2001, freePages: 15 })
    expect(report.liveKeys.count).toBe(1400)
    expect(report.reachedPages).toBe(file.pageCount - 2 - file.free.length)
  })

  test.each([1024, 4096, 16_384, 65_536])('is taken in pages of %i bytes', async (pageSize) => {
    const report = await checkSnapshotFile(await write(keysOf(revisions(700), { pageSize }).bytes))
    expect([report.pageSize, report.revisionCount, report.liveKeys.count]).toEqual([pageSize, 700, 490])
  })

  test('is taken with one meta page of two, and that is told', async () => {
    for (const page of [0, 1] as const) {
      const bytes = changed(small(), (all) => all.writeUInt32LE(99, page * 1024 + 60))
      expect((await checkSnapshotFile(await write(bytes))).damagedMetaPage).toBe(page)
    }
  })

  test('is taken with the entry without a key that a restore raises the revision with', async () => {
    const last = { ...revisionEntry({ main: 1_000_000, key: 'x', value: '' }), value: Buffer.alloc(0) }
    const file = boltFile([{ name: 'key', entries: [revisionEntry({ main: 2, key: 'a', value: '1' }), last] }])
    const report = await checkSnapshotFile(await write(file.bytes))
    expect([report.revision, report.liveKeys.count]).toEqual([1_000_000n, 1])
  })
})

describe('a file that is checked apart', () => {
  test('leaves the event loop of the caller to others', async () => {
    const path = await write(keysOf(revisions(40_000, 900)).bytes)
    const activeMs = async (check: (path: string) => Promise<unknown>) => {
      const before = performance.eventLoopUtilization()
      await check(path)
      return performance.eventLoopUtilization(before).active
    }
    await checkSnapshotFile(path)
    const here = await activeMs(checkSnapshotFile)
    const apart = await activeMs(checkSnapshotFileApart)
    expect(apart).toBeLessThan(here / 2)
  })
})

describe('a file is refused', () => {
  test.each<[string, string, (bytes: Buffer) => void]>([
    ['both meta pages are lost', 'metas-unreadable', (all) => all.fill(0, 16, 60).fill(0, 1040, 1084)],
    [
      'both meta pages have another page size',
      'metas-unreadable',
      (all) => {
        for (const page of [0, 1024]) {
          all.writeUInt32LE(1000, page + 24)
          sumMeta(all, page)
        }
      },
    ],
    [
      'the root is a page beyond the end',
      'page-out-of-file',
      (all) => {
        for (const page of [0, 1024]) {
          all.writeUInt32LE(900_000, page + 32)
          sumMeta(all, page)
        }
      },
    ],
  ])('when %s', async (_what, cause, change) => {
    expect(await checkCause(changed(small(), change))).toBe(cause)
  })

  test.each<[string, string, (bytes: Buffer, file: BoltFile) => void]>([
    [
      'a page has the number of another',
      'page-id-differs',
      (all, file) => all.writeUInt32LE(at(file.leaves, 5), at(file.leaves, 4) * 1024),
    ],
    [
      'two pages were swapped',
      'page-id-differs',
      (all, { leaves }) => {
        const [one, two] = [at(leaves, 3) * 1024, at(leaves, 9) * 1024]
        const held = Buffer.from(all.subarray(one, one + 1024))
        all.copy(all, one, two, two + 1024)
        held.copy(all, two)
      },
    ],
    ['a page is of no type', 'page-type-wrong', (all, file) => all.writeUInt16LE(9, at(file.leaves, 4) * 1024 + 8)],
    [
      'a page goes on beyond the end',
      'page-out-of-file',
      (all, file) => all.writeUInt32LE(4_000_000_000, at(file.leaves, 4) * 1024 + 12),
    ],
    [
      'a page goes on into the next one',
      'page-reached-twice',
      (all, file) => all.writeUInt32LE(1, at(file.leaves, 4) * 1024 + 12),
    ],
    [
      'a branch leads to itself',
      'page-reached-twice',
      (all, file) => all.writeUInt32LE(at(file.branches, 0), at(file.branches, 0) * 1024 + 24),
    ],
    [
      'a branch leads back to the top',
      'page-reached-twice',
      (all, file) => all.writeUInt32LE(at(file.branches, -1), at(file.branches, 0) * 1024 + 24),
    ],
    [
      'two branches lead to one leaf',
      'page-reached-twice',
      (all, file) => all.writeUInt32LE(at(file.leaves, 2), at(file.branches, 0) * 1024 + 16 + 16 * 4 + 8),
    ],
    [
      'a branch has no children',
      'element-out-of-place',
      (all, file) => all.writeUInt16LE(0, at(file.branches, 0) * 1024 + 10),
    ],
    [
      'a value goes on beyond its page',
      'element-out-of-place',
      (all, file) => all.writeUInt32LE(70_000, at(file.leaves, 4) * 1024 + 28),
    ],
    [
      'a page has more elements than fit into it',
      'element-out-of-place',
      (all, file) => all.writeUInt16LE(400, at(file.leaves, 4) * 1024 + 10),
    ],
    [
      'the top of a tree is a page of meta',
      'page-out-of-file',
      (all, file) => all.writeUInt32LE(1, at(file.branches, 0) * 1024 + 24),
    ],
  ])('when %s', async (_what, cause, change) => {
    const file = small()
    expect(await checkCause(changed(file, (bytes) => change(bytes, file)))).toBe(cause)
  })

  const put = (main: number, sub = 0) => revisionEntry({ main, sub, key: 'a', value: '1' })
  const named = (key: Buffer) => ({ ...put(9), key })
  const stored = (value: Buffer) => ({ ...put(9), value })
  test.each([
    ['its keys are not in order', 'keys-out-of-order', [put(2), put(4), put(3)]],
    ['a key is there twice', 'keys-out-of-order', [put(2), put(2)]],
    ['a revision both writes and deletes', 'revisions-out-of-order', [put(2), revisionEntry({ main: 2, key: 'a' })]],
    ['a revision has another length', 'revision-unreadable', [put(2), named(Buffer.alloc(16, 9))]],
    ['a revision has no separator', 'revision-unreadable', [put(2), named(Buffer.alloc(17, 9))]],
    [
      'a deletion is marked otherwise',
      'revision-unreadable',
      [put(2), named(Buffer.concat([put(9).key, Buffer.from('x')]))],
    ],
    ['what is stored is text', 'key-value-unreadable', [put(2), stored(Buffer.from('hello'))]],
    ['what is stored is cut off', 'key-value-unreadable', [put(2), stored(put(9).value.subarray(0, -1))]],
    [
      'what is stored goes on',
      'key-value-unreadable',
      [put(2), stored(Buffer.concat([put(9).value, Buffer.alloc(2)]))],
    ],
    [
      'a number has more than 64 bits',
      'key-value-unreadable',
      [put(2), stored(Buffer.from(`10${'ff'.repeat(10)}01`, 'hex'))],
    ],
    ['what is stored is of another revision', 'key-value-unreadable', [{ ...put(2), value: put(3).value }]],
    ['what is stored has no key', 'key-value-unreadable', [revisionEntry({ main: 2, key: '', value: '1' })]],
  ])('when %s', async (_what, cause, entries) => {
    expect(await checkCause(boltFile([{ name: 'key', entries }]).bytes)).toBe(cause)
  })

  test('when a key lies outside what its parent says of the page', async () => {
    const file = keysOf(revisions(600), { pageSize: 1024 })
    // The second key of a branch, raised: its page begins with a key before it.
    const bytes = changed(file, (all) => {
      const branch = at(file.branches, 0) * 1024
      const element = branch + 32
      const key = element + all.readUInt32LE(element)
      all[key + 7] = (all[key + 7] ?? 0) + 1
    })
    expect(await checkCause(bytes)).toBe('key-outside-parent')
  })

  test('when a page is in use and listed as free, lost, or listed twice', async () => {
    const file = keysOf(revisions(600), { pageSize: 1024, freePages: 4, freelist: 'listed' })
    const list = (file.freelistId ?? 0) * 1024
    const tampered = (change: (all: Buffer) => void) => checkCause(changed(file, change))
    expect(await tampered((all) => all.writeUInt32LE(at(file.leaves, 0), list + 16))).toBe('page-free-and-used')
    expect(await tampered((all) => all.writeUInt16LE(file.free.length - 1, list + 10))).toBe('page-lost')
    expect(await tampered((all) => all.writeUInt32LE(at(file.free, 0), list + 24))).toBe('freelist-unreadable')
    const miscount = (all: Buffer) => all.writeUInt16LE(0xffff, list + 10) && all.writeUInt32LE(900_000, list + 16)
    expect(await tampered(miscount)).toBe('freelist-unreadable')
    expect(await tampered((all) => all.writeUInt16LE(2, list + 8))).toBe('page-type-wrong')
  })

  test('when it is a database of somebody else', async () => {
    expect(await checkCause(boltFile([{ name: 'users', entries: [] }]).bytes)).toBe('bucket-missing')
    const nested = boltFile([
      { name: 'key', entries: [] },
      { name: 'meta', entries: [{ key: Buffer.from('a'), value: Buffer.from('b') }] },
    ])
    const root = at(nested.leaves, -1) * 4096
    expect(await checkCause(changed(nested, (all) => all.writeUInt32LE(0, root + 16)))).toBe('bucket-unreadable')
    const inner = nested.bytes.lastIndexOf(Buffer.from('ab')) - 16
    expect(await checkCause(changed(nested, (all) => all.writeUInt32LE(1, inner)))).toBe('bucket-unreadable')
  })

  test('when it is no snapshot, whatever it holds', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('hello'), Buffer.alloc(2000)])
      expect(await checkCause(bytes)).toBe('truncated')
    expect(await checkCause(Buffer.alloc(100_000))).toBe('metas-unreadable')
  })
})

describe('what is no file', () => {
  test('is told to be none, and holds nobody', async () => {
    const pipe = join(folder.path, 'pipe')
    await promisify(execFile)('mkfifo', [pipe])
    for (const path of [folder.path, pipe, '/dev/zero', join(folder.path, 'missing')])
      await expect(checkSnapshotFile(path)).rejects.toMatchObject({ code: 'snapshot-unreadable' })
  })

  test('is a file no longer once the keys were read', async () => {
    const path = await write(small().bytes)
    const [first] = await Array.fromAsync(readLiveKeys(path))
    await expect(first?.readValue()).rejects.toMatchObject({
      code: 'snapshot-unreadable',
      details: { reason: 'closed' },
    })
  })
})

describe('a snapshot of a real etcd', () => {
  let bytes: Buffer
  let path: string

  beforeAll(async () => {
    await using etcd = await startEtcd()
    const client = openEtcd(accessTo(etcd))
    for (let from = 0; from < 1000; from += 100) {
      const perform = Array.from({ length: 100 }, (_, index) => ({
        put: { key: Buffer.from(`/keys/${from + index}`), value: Buffer.alloc(from * 10, index) },
      }))
      await client.keys.transact({ perform })
    }
    const [member] = client.access.endpoints
    if (!member) throw new Error('The cluster has no member')
    path = join(folder.path, 'real.db')
    await saveSnapshot(client, member, path)
    await using file = await open(path)
    bytes = await file.readFile()
  })

  const place = () => fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

  test('is refused with any one bit changed', async () => {
    await fc.assert(
      fc.asyncProperty(place(), fc.integer({ min: 0, max: 7 }), async (where, bit) => {
        const copy = Buffer.from(bytes)
        const offset = Math.floor(where * copy.length)
        copy[offset] = (copy[offset] ?? 0) ^ (1 << bit)
        expect(await checkCause(copy)).toBeDefined()
      }),
      { numRuns: 50 },
    )
  })

  test('is refused when it is cut off anywhere, and it is told whether only the checksum is missing', async () => {
    await fc.assert(
      fc.asyncProperty(place(), async (where) => {
        const length = Math.floor(where * bytes.length)
        const cause = await checkCause(Buffer.from(bytes.subarray(0, length)))
        expect(cause).toBe(length === bytes.length - 32 ? 'trailer-missing' : 'truncated')
      }),
      { numRuns: 50 },
    )
    expect(await checkCause(bytes.subarray(0, -32))).toBe('trailer-missing')
    expect(await checkCause(bytes.subarray(0, -1))).toBe('truncated')
    expect(await checkCause(Buffer.concat([bytes.subarray(0, -32), Buffer.alloc(4096)]))).toBe('trailer-missing')
    expect(await checkCause(Buffer.concat([bytes, Buffer.alloc(1)]))).toBe('excess-bytes')
  })

  test('is refused when its checksum is not the one the caller saw', async () => {
    expect(await causeOf(() => checkSnapshotFile(path, { sha256: '0'.repeat(64) }))).toBe('checksum-differs')
  })
})

interface Tampering {
  readonly page: number
  readonly offset: number
  readonly value: number
  readonly width: number
}

const tampering: fc.Arbitrary<Tampering> = fc.record({
  page: fc.nat(80),
  offset: fc.oneof(fc.nat(63), fc.nat(1023)),
  value: fc.oneof(fc.nat(80), fc.integer({ min: -1, max: 2 ** 31 - 1 })),
  width: fc.constantFrom(1, 2, 4),
})

function tamper(bytes: Buffer, changes: readonly Tampering[], isSummed: boolean): void {
  for (const { page, offset, value, width } of changes) {
    const start = Math.min(page * 1024 + offset, bytes.length - 40)
    bytes.writeIntLE(width === 4 ? value : value & 0x7f, start, width)
  }
  if (isSummed) for (const page of [0, 1024]) sumMeta(bytes, page)
}

describe('a change that the checksum was made to fit', () => {
  test('is found wherever it hits the structure', async () => {
    // With its free pages listed, a page cannot claim them either.
    const file = keysOf(revisions(600), { pageSize: 1024, freePages: 3, freelist: 'listed' })
    await fc.assert(
      fc.asyncProperty(fc.nat(file.structure.length - 1), fc.integer({ min: 0, max: 7 }), async (index, bit) => {
        const offset = at(file.structure, index)
        const bytes = changed(file, (all) => {
          all[offset] = (all[offset] ?? 0) ^ (1 << bit)
        })
        expect(await checkCause(bytes)).toBeDefined()
      }),
      { numRuns: 400 },
    )
  })

  test('within a value cannot be told from a value', async () => {
    const file = small()
    const [offset = 0] = [file.bytes.indexOf(Buffer.alloc(40, 77))]
    expect(await checkCause(changed(file, (all) => all.fill(78, offset, offset + 1)))).toBeUndefined()
  })

  test('ends every reader in time, and with nothing but what it is known to throw', async () => {
    const file = keysOf(revisions(300), { pageSize: 1024, freePages: 2, freelist: 'listed' })
    const sound = await write(file.bytes)
    await fc.assert(
      fc.asyncProperty(fc.array(tampering, { minLength: 1, maxLength: 6 }), fc.boolean(), async (changes, isSummed) => {
        const bytes = changed(file, (all) => tamper(all, changes, isSummed))
        const path = await write(bytes)
        await causeOf(() => checkSnapshotFile(path, { tableBytes: 4096 }))
        await causeOf(() => snapshotHash(path))
        await causeOf(async () => {
          for await (const key of readLiveKeys(path, { tableBytes: 4096 })) await key.readValue()
        })
        await causeOf(() => compareSnapshotFiles({ before: sound, after: path }, () => ''))
      }),
      { numRuns: 150, interruptAfterTimeLimit: 50_000, markInterruptAsFailure: true },
    )
    expect(await causeOf(() => checkSnapshotFile(sound))).toBeUndefined()
  })

  test('to more pages than a machine can count is refused before anything is made for them', async () => {
    const path = await write(
      changed(small(), (all) => {
        for (const page of [0, 1024]) {
          all.writeUInt32LE(8, page + 60)
          sumMeta(all, page)
        }
      }),
    )
    const readers = [() => checkSnapshotFile(path), () => snapshotHash(path), () => Array.fromAsync(readLiveKeys(path))]
    for (const read of readers) expect(await causeOf(read)).toBe('truncated')
  })

  test('random bytes behind sound meta pages end as soon', async () => {
    const file = small()
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1024, maxLength: 4096 }), async (noise) => {
        const bytes = changed(file, (all) => {
          for (let start = 2048; start < all.length - 32; start += noise.length)
            all.set(noise.subarray(0, Math.min(noise.length, all.length - 32 - start)), start)
        })
        expect(await checkCause(bytes)).toBeDefined()
      }),
      { numRuns: 40 },
    )
  })
})
