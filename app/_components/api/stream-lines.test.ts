import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { linesOf } from './stream-lines.ts'

const row = z.object({ n: z.number(), word: z.string() })

function streamOf(pieces: readonly Uint8Array[], end: 'close' | 'error' = 'close'): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      if (end === 'close') controller.close()
    },
    pull(controller) {
      if (end === 'error') controller.error(new TypeError('terminated'))
    },
  })
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<z.infer<typeof row>[]> {
  return await Array.fromAsync(linesOf(stream, row))
}

const bytes = (text: string) => new TextEncoder().encode(text)

describe('linesOf', () => {
  test('gives the same lines wherever the stream is cut, also inside a character', async () => {
    const rows = fc.array(fc.record({ n: fc.integer(), word: fc.string({ unit: 'grapheme' }) }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.array(fc.nat(400), { maxLength: 12 }),
        fc.boolean(),
        async (list, cuts, hasLastBreak) => {
          const text = list.map((one) => JSON.stringify(one)).join('\n') + (hasLastBreak ? '\n' : '')
          const whole = bytes(text)
          const places = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).toSorted((a, b) => a - b), whole.length]
          const pieces = places.slice(1).map((end, index) => whole.slice(places[index], end))
          expect(await readAll(streamOf(pieces))).toEqual(list)
        },
      ),
    )
  })

  test('tells a line before the next one is there', async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    const writer = writable.getWriter()
    const lines = linesOf(readable, row)
    const first = lines.next()
    await writer.write(bytes('{"n":1,"word":"a"}\n{"n":2'))
    expect(await first).toEqual({ done: false, value: { n: 1, word: 'a' } })
    await lines.return()
  })

  test('ends the request when nobody reads on', async () => {
    let isCancelled = false
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(bytes('{"n":1,"word":"a"}\n')),
      cancel: () => {
        isCancelled = true
      },
    })
    for await (const line of linesOf(stream, row)) {
      expect(line.n).toBe(1)
      break
    }
    expect(isCancelled).toBe(true)
  })

  test.each([
    ['a stream that breaks off', streamOf([bytes('{"n":1,"word":"a"}\n{"n"')], 'error')],
    ['half a line at the end', streamOf([bytes('{"n":1,"word":"a"}\n{"n"')])],
    ['a line of another shape', streamOf([bytes('{"n":1,"word":"a"}\n{"m":1}\n')])],
  ])('%s is a failure, after what came whole', async (_, stream) => {
    const lines = linesOf(stream, row)
    expect(await lines.next()).toMatchObject({ value: { n: 1 } })
    await expect(lines.next()).rejects.toMatchObject({ code: 'network', status: 0 })
  })

  test('an abort is told as that, not as a broken network', async () => {
    const abort = new AbortController()
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        abort.signal.addEventListener('abort', () => controller.error(abort.signal.reason))
      },
    })
    const next = linesOf(stream, row, abort.signal).next()
    abort.abort(new Error('left'))
    await expect(next).rejects.toThrow('left')
  })
})
