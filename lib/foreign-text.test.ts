import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanLine, cleanText } from './foreign-text.ts'

const lengthMax = 12

describe('what a stranger says', () => {
  test.each([
    ['etcd-1', 'etcd-1'],
    ['Größe 東京 😀', 'Größe 東京 😀'],
    ['', ''],
    ['a\0b', 'a\uFFFDb'],
    ['\x1b[31mred', '\uFFFD[31mred'],
    ['\x1b]0;title\x07', '\uFFFD]0;title\uFFFD'],
    ['a\r\nb\x7f\x9b', 'a\uFFFD\uFFFDb\uFFFD\uFFFD'],
    ['\u202egnp.exe\u2066', '\uFFFDgnp.exe\uFFFD'],
    ['a\u2028b', 'a\uFFFDb'],
    ['\ud83d', '\uFFFD'],
    ['\ude00\ud83d', '\uFFFD\uFFFD'],
    ['12345678901😀', '12345678901'],
    ['1234567890😀', '1234567890😀'],
    ['1234567890123', '123456789012'],
    ['12345678901\ud83dx', '12345678901\uFFFD'],
  ])('%j is given as %j', (said, clean) => {
    expect(cleanText(said, lengthMax)).toBe(clean)
  })

  test.each([
    ['HTTP 400\r\n\r\n<html>\n', 'HTTP 400 <h'],
    ['\ta\n\0\n', 'a \uFFFD'],
    ['\u2028 a\u00a0 b', 'a b'],
  ])('%j is on one line %j', (said, clean) => {
    expect(cleanLine(said, 11)).toBe(clean)
  })

  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    fc.string({ unit: fc.constantFrom('\0', '\x1b', '\u202e', '\ud83d', '\ude00', '😀', 'a', ' ', '\n') }),
  )

  test('is well-formed, without control characters and of bounded length, whatever it was; once clean it stays as it is', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 0, max: 20 }), (said, max) => {
        for (const clean of [cleanText(said, max), cleanLine(said, max)]) {
          expect(clean.isWellFormed()).toBe(true)
          expect(clean).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
          expect(clean.length).toBeLessThanOrEqual(max)
          expect(cleanText(clean, max)).toBe(clean)
        }
      }),
    )
  })
})
