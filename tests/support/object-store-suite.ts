import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { ObjectStore, StoredObject } from '#lib/storage/object-store.ts'
import { probeStore } from '#lib/storage/probe.ts'
import { killedUpload } from './object-store-suite-crash.ts'
import type { Place } from './object-store-suite-place.ts'

/** A store to be proven, and how another process opens the same place. */
interface StoreUnderTest {
  readonly store: ObjectStore
  readonly place: Place
}

const mebibyte = 1024 * 1024

export async function readAll(
  store: ObjectStore,
  key: string,
  range: { start?: number; end?: number } = {},
): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of await store.read(key, range)) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function listAll(store: ObjectStore, prefix: string, limit?: number): Promise<StoredObject[]> {
  const found: StoredObject[] = []
  for (let after: string | undefined, pages = 0; pages < 1000; pages += 1) {
    const page = await store.list(prefix, { after, ...(limit === undefined ? {} : { limit }) })
    found.push(...page.objects)
    if (page.next === undefined) return found
    after = page.next
  }
  throw new Error('A listing without an end')
}

/** What every place for backups promises. `run` tells the rounds apart: the second one meets what the first has left. */
export function objectStoreSuite(name: string, underTest: () => StoreUnderTest): void {
  describe.each(['first', 'second'])(`${name}, the %s time`, (run) => {
    const key = (rest: string) => `suite/${run}/${rest}`
    const store = () => underTest().store

    test('gives back what was put, under its key alone', async () => {
      const bytes = randomBytes(100_000)
      const stored = await store().put(key('put/one'), bytes, { ifAbsent: true })
      expect(stored).toMatchObject({ key: key('put/one'), sizeBytes: bytes.length })
      expect(await readAll(store(), key('put/one'))).toEqual(bytes)
      expect(await store().head(key('put/one'))).toEqual(stored)
      expect(await store().head(key('put/on'))).toBeUndefined()
      expect(await store().head(key('put'))).toBeUndefined()
    })

    test('holds an object without bytes', async () => {
      await store().put(key('empty'), Buffer.alloc(0), { ifAbsent: true })
      expect(await readAll(store(), key('empty'))).toHaveLength(0)
      expect(await readAll(store(), key('empty'), { start: 3 })).toHaveLength(0)
    })

    test('refuses to overwrite where absence is asked for, and keeps what is there', async () => {
      await store().put(key('kept'), Buffer.from('first'), { ifAbsent: true })
      const again = store().put(key('kept'), Buffer.from('later'), { ifAbsent: true })
      await expect(again).rejects.toMatchObject({ code: 'storage-object-exists' })
      expect(String(await readAll(store(), key('kept')))).toBe('first')
    })

    test('overwrites where nothing else is asked for, and says so by another etag', async () => {
      const { etag } = await store().put(key('over'), Buffer.from('first'), { ifAbsent: false })
      const later = await store().put(key('over'), Buffer.from('other'), { ifAbsent: false })
      expect(later.etag).not.toBe(etag)
      expect(String(await readAll(store(), key('over')))).toBe('other')
    })

    test('lets one of ten writers of the same key win, and only one', async () => {
      const able = store()
      const tries = Array.from({ length: 10 }, (_, index) =>
        able.put(key('race'), Buffer.from(`writer ${index}`), { ifAbsent: true }),
      )
      const ended = await Promise.allSettled(tries)
      const winner = ended.findIndex(({ status }) => status === 'fulfilled')
      expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(String(await readAll(able, key('race')))).toBe(`writer ${winner}`)
    })

    test.each([
      { part: 'from the middle to the end', range: { start: 40_000 }, bytes: [40_000, 100_000] },
      { part: 'of one byte', range: { start: 99_999, end: 100_000 }, bytes: [99_999, 100_000] },
      { part: 'from the start', range: { end: 10 }, bytes: [0, 10] },
      { part: 'past the end', range: { start: 90_000, end: 200_000 }, bytes: [90_000, 100_000] },
      { part: 'behind the end', range: { start: 100_000 }, bytes: [100_000, 100_000] },
      { part: 'of nothing', range: { start: 5, end: 5 }, bytes: [5, 5] },
    ])('reads a range $part', async ({ part, range, bytes: [start, end] }) => {
      const whole = randomBytes(100_000)
      const own = key(`range/${part.replaceAll(' ', '-')}`)
      await store().put(own, whole, { ifAbsent: true })
      expect(await readAll(store(), own, range)).toEqual(whole.subarray(start, end))
      await using body = await store().read(own, range)
      expect(body.sizeBytes).toBe(100_000)
    })

    test('says of an object that is missing that it is missing', async () => {
      await expect(store().read(key('missing'))).rejects.toMatchObject({ code: 'storage-object-missing' })
      await expect(store().read(key('missing'), { start: 5 })).rejects.toMatchObject({ code: 'storage-object-missing' })
      expect(await store().head(key('missing'))).toBeUndefined()
      await expect(store().delete(key('missing'))).resolves.toBeUndefined()
    })

    test('removes an object, and nothing beside it', async () => {
      await store().put(key('gone/one'), Buffer.from('1'), { ifAbsent: true })
      await store().put(key('gone/one-more'), Buffer.from('2'), { ifAbsent: true })
      await store().delete(key('gone/one'))
      await store().delete(key('gone/one'))
      expect((await listAll(store(), key('gone/'))).map((object) => object.key)).toEqual([key('gone/one-more')])
    })

    test('lists a prefix whole, in order, whatever the size of its pages, and nothing beside it', async () => {
      const wanted = Array.from({ length: 25 }, (_, index) => key(`list/foo/${String(index).padStart(3, '0')}`))
      for (const one of [...wanted.toReversed(), key('list/foo-2/000'), key('list/foo'.concat('d/000'))]) {
        await store().put(one, Buffer.from(one), { ifAbsent: true })
      }
      for (const limit of [1, 7, 25, undefined]) {
        expect((await listAll(store(), key('list/foo/'), limit)).map((object) => object.key)).toEqual(wanted)
      }
      const [first] = await listAll(store(), key('list/foo/'))
      expect(first).toEqual(await store().head(wanted[0] ?? ''))
      expect(await listAll(store(), key('list/fo/'))).toEqual([])
    })

    test.each([
      '',
      '/a',
      'a/',
      'a//b',
      '../a',
      'a/../b',
      'a/./b',
      'a\nb',
      'a\u0000b',
      'a\\b',
      `${'a'.repeat(199)}/`.repeat(6),
    ])('refuses the key %j before anything is asked', async (bad) => {
      await expect(async () => await store().put(bad, Buffer.from('x'), { ifAbsent: false })).rejects.toThrow(
        RangeError,
      )
      await expect(async () => await store().read(bad)).rejects.toThrow(RangeError)
      await expect(async () => await store().delete(bad)).rejects.toThrow(RangeError)
      await expect(async () => await store().startUpload(bad)).rejects.toThrow(RangeError)
    })

    test('refuses a prefix that would show its neighbours', async () => {
      await expect(async () => await store().list('a/foo')).rejects.toThrow(RangeError)
    })

    test('takes an object of unknown length in pieces of any size, and shows it only once it is complete', async () => {
      const pieces = [3 * mebibyte, 1, 9 * mebibyte, 0, 17 * mebibyte + 5].map((size) => randomBytes(size))
      await using upload = await store().startUpload(key('upload'))
      for (const piece of pieces) {
        const passing = Buffer.from(piece)
        await upload.write(passing)
        passing.fill(0)
      }
      expect(await store().head(key('upload'))).toBeUndefined()
      expect(await listAll(store(), key('upload/'))).toEqual([])
      const stored = await upload.complete({ ifAbsent: true })
      expect(stored).toEqual(await store().head(key('upload')))
      expect((await readAll(store(), key('upload'))).equals(Buffer.concat(pieces))).toBe(true)
      expect(await store().listUploads('')).toEqual([])
    })

    test('completes an upload of nothing', async () => {
      await using upload = await store().startUpload(key('upload-empty'))
      expect(await upload.complete({ ifAbsent: true })).toMatchObject({ sizeBytes: 0 })
    })

    test('never completes an upload over an object that came meanwhile', async () => {
      const upload = await store().startUpload(key('upload-late'))
      await upload.write(Buffer.from('later'))
      await store().put(key('upload-late'), Buffer.from('first'), { ifAbsent: true })
      await expect(upload.complete({ ifAbsent: true })).rejects.toMatchObject({ code: 'storage-object-exists' })
      await upload.abort()
      expect(String(await readAll(store(), key('upload-late')))).toBe('first')
      expect(await store().listUploads('')).toEqual([])
    })

    test('leaves nothing of an upload that is aborted, however often', async () => {
      const upload = await store().startUpload(key('upload-aborted'))
      await upload.write(randomBytes(20 * mebibyte))
      expect(await store().listUploads(key(''))).toMatchObject([{ key: key('upload-aborted'), id: upload.id }])
      expect(await store().listUploads(key('other/'))).toEqual([])
      await upload.abort()
      await upload.abort()
      await store().abortUpload(upload)
      expect(await store().head(key('upload-aborted'))).toBeUndefined()
      expect(await store().listUploads('')).toEqual([])
    })

    test('aborts an upload of a work that was cancelled', async () => {
      const work = new AbortController()
      const upload = await store().startUpload(key('upload-cancelled'), { signal: work.signal })
      await upload.write(randomBytes(9 * mebibyte))
      work.abort(new Error('Nobody wants it any more'))
      await expect(upload.write(randomBytes(mebibyte))).rejects.toThrow('Nobody wants it any more')
      await expect(upload.complete({ ifAbsent: true })).rejects.toThrow('Nobody wants it any more')
      await upload.abort()
      expect(await store().listUploads('')).toEqual([])
    })

    test('gives up every call whose signal is aborted', async () => {
      const signal = AbortSignal.abort(new Error('Too late'))
      await expect(store().put(key('x'), Buffer.from('x'), { ifAbsent: true, signal })).rejects.toThrow('Too late')
      await expect(store().head(key('x'), { signal })).rejects.toThrow('Too late')
      await expect(store().read(key('x'), { signal })).rejects.toThrow('Too late')
      await expect(store().delete(key('x'), { signal })).rejects.toThrow('Too late')
      await expect(store().startUpload(key('x'), { signal })).rejects.toThrow('Too late')
      await expect(store().listUploads('', { signal })).rejects.toThrow('Too late')
    })

    test('stops reading when the signal is aborted on the way', async () => {
      await store().put(key('cut'), randomBytes(4 * mebibyte), { ifAbsent: true })
      const reader = new AbortController()
      const read = async () => {
        for await (const piece of await store().read(key('cut'), { signal: reader.signal })) {
          if (piece.length > 0) reader.abort(new Error('Enough'))
        }
      }
      await expect(read()).rejects.toThrow('Enough')
    })

    test('keeps nothing of an upload whose process was killed once it is cleaned up', async () => {
      const { id, startedAfter } = await killedUpload(underTest().place, key('killed'))
      const left = await store().listUploads(key(''))
      expect(left).toMatchObject([{ key: key('killed'), id }])
      expect(left[0]?.startedAt.getTime()).toBeGreaterThanOrEqual(startedAfter - 1000)
      expect(await store().head(key('killed'))).toBeUndefined()
      for (const upload of left) await store().abortUpload(upload)
      expect(await store().listUploads('')).toEqual([])
      await store().put(key('killed'), Buffer.from('now'), { ifAbsent: true })
    })

    test('passes the probe, which leaves nothing behind', async () => {
      const before = await listAll(store(), '')
      const report = await probeStore(store())
      expect(report.steps.filter(({ outcome }) => outcome !== 'pass')).toEqual([])
      expect(report).toMatchObject({ isUsable: true, leftBehind: [], capabilities: store().capabilities })
      expect(await listAll(store(), '')).toEqual(before)
      expect(await store().listUploads('')).toEqual([])
    })
  })
}
