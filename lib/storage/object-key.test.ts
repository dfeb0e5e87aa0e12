import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkKey, checkPrefix, compareKeys, isKey } from './object-key.ts'

describe('a key', () => {
  it.each([
    'a',
    'a/b',
    '.hidden/x',
    'a.b/c..d',
    'tenant-1/cluster_2/2026-11-23T00:00:00Z.snap',
    'Ü/é',
    'a b',
    `${'a'.repeat(200)}/b`,
  ])('may be %j', (key) => {
    expect(checkKey(key)).toBe(key)
  })

  it.each([
    '',
    '/',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    '../a',
    'a/..',
    'a/../b',
    './a',
    'a\\b',
    'a\nb',
    'a\u0000',
    'a\u007f',
    'a\u0085b',
    'a\u2028b',
    'a\ud800b',
    '.kstone-uploads/x/y',
    'a'.repeat(201),
    `${'a'.repeat(127)}/`.repeat(8),
    `${'é'.repeat(100)}/`.repeat(6).slice(0, -1),
  ])('may not be %j', (key) => {
    expect(() => checkKey(key)).toThrow(RangeError)
    expect(isKey(key)).toBe(false)
  })

  it('leads nowhere else, whatever it is made of', () => {
    const piece = fc.oneof(
      fc.constantFrom('.', '..', '/', '\\', 'a', '', '\u0000'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const key = pieces.join('')
        fc.pre(isKey(key))
        expect(
          new URL(`http://s3/${key.split('/').map(encodeURIComponent).join('/')}`).pathname.split('/'),
        ).toHaveLength(key.split('/').length + 1)
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024)
      }),
    )
  })
})

describe('a prefix', () => {
  it.each(['', 'a/', 'a/b/'])('may be %j', (prefix) => {
    expect(checkPrefix(prefix)).toBe(prefix)
  })

  it.each(['a', 'a/b', '/', '../', 'a//'])('may not be %j', (prefix) => {
    expect(() => checkPrefix(prefix)).toThrow(RangeError)
  })
})

it('orders keys by their bytes, where JavaScript orders them by halves of characters', () => {
  expect(['\u{10000}', '\uffee', 'a/b', 'a-b', 'a0'].sort(compareKeys)).toEqual([
    'a-b',
    'a/b',
    'a0',
    '\uffee',
    '\u{10000}',
  ])
})
