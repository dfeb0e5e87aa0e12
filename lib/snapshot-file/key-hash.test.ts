import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KeyHash } from './key-hash.ts'

const key = Buffer.from('0123456789abcdef', 'hex')

function hashOf(bytes: Uint8Array, hash = new KeyHash(key)): [number, number] {
  hash.of(bytes, 0, bytes.length)
  return [hash.high, hash.low]
}

describe('the hash of a key', () => {
  test('is the same for bytes that come in parts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(16), (bytes, words) => {
        const hash = new KeyHash(key)
        const whole = bytes.length - (bytes.length & 3)
        const first = Math.min(whole, words * 4)
        hash.begin()
        hash.add(bytes, 0, first)
        hash.add(bytes, first, whole)
        hash.finish(bytes, whole, bytes.length)
        expect([hash.high, hash.low]).toEqual(hashOf(bytes))
      }),
    )
  })

  test('is another for other bytes, another length and another key', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.nat(63),
        fc.integer({ min: 1, max: 255 }),
        (bytes, place, by) => {
          const other = Uint8Array.from(bytes)
          const index = place % bytes.length
          other[index] = (other[index] ?? 0) ^ by
          expect(hashOf(other)).not.toEqual(hashOf(bytes))
          expect(hashOf(bytes.subarray(0, -1))).not.toEqual(hashOf(bytes))
          expect(hashOf(bytes, new KeyHash(Buffer.alloc(8)))).not.toEqual(hashOf(bytes))
        },
      ),
    )
  })

  test('is spread evenly over 64 bits, for keys that differ little', () => {
    const count = 20_000
    const ones = new Uint32Array(64)
    const seen = new Set<string>()
    for (let index = 0; index < count; index += 1) {
      const halves = hashOf(Buffer.from(`/registry/pods/default/web-${index}`))
      seen.add(halves.join())
      for (let bit = 0; bit < 64; bit += 1)
        ones[bit] = (ones[bit] ?? 0) + (((halves[bit >> 5] ?? 0) >>> (bit & 31)) & 1)
    }
    expect(seen.size).toBe(count)
    // Six standard deviations of a fair coin.
    const slack = 3 * Math.sqrt(count)
    for (const one of ones) expect(Math.abs(one - count / 2)).toBeLessThan(slack)
  })
})
