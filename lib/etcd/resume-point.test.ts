import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KeyEvent } from './key-event.ts'
import { ResumePoint } from './resume-point.ts'

function eventAt(revision: number, index: number): KeyEvent {
  const zero = { createRevision: 0n, version: 0n, lease: 0n, value: Buffer.alloc(0) }
  const key = Buffer.from(`${revision}/${index}`)
  return { kind: 'put', entry: { ...zero, key, modRevision: BigInt(revision) }, previous: undefined }
}

test('a watch that breaks anywhere, also within a revision, gives every event once and in order', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 })
  // How many events each fragment has, and whether the stream breaks after it.
  const turns = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.boolean()), { minLength: 60, maxLength: 60 })
  fc.assert(
    fc.property(sizes, turns, (revisions, plan) => {
      const history = revisions.flatMap((size, revision) =>
        Array.from({ length: size }, (_, index) => eventAt(revision + 5, index)),
      )
      const place = new ResumePoint(5n)
      const given: string[] = []
      let sent = 0
      place.begin(4n)
      for (const [length, breaks] of [...plan, ...Array.from({ length: 40 }, () => [3, false] as const)]) {
        if (sent >= history.length) break
        const piece = history.slice(sent, sent + length)
        sent += piece.length
        const isFragment = sent < history.length
        given.push(...place.take(piece, isFragment).map(({ entry }) => entry.key.toString()))
        if (!breaks || !isFragment) continue
        const next = place.next ?? 0n
        sent = history.findIndex(({ entry }) => entry.modRevision >= next)
        place.begin(100n)
      }
      expect(given).toEqual(history.map(({ entry }) => entry.key.toString()))
    }),
  )
})

test('progress moves the place on, and never back', () => {
  const place = new ResumePoint(undefined)
  place.begin(10n)
  place.reach(15n)
  place.reach(12n)
  expect(place.next).toBe(16n)
})
