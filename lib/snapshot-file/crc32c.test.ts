import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Crc32c } from './crc32c.ts'

describe('CRC-32C', () => {
  // RFC 3720, B.4, and the check value of every list of such sums.
  test.each([
    [Buffer.alloc(0), 0],
    [Buffer.from('123456789'), 0xe3069283],
    [Buffer.alloc(32), 0x8a9136aa],
    [Buffer.alloc(32, 0xff), 0x62a8ab43],
    [Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
  ])('of %j is as it is published', (bytes, expected) => {
    const sum = new Crc32c()
    sum.add(bytes)
    expect(sum.value).toBe(expected)
  })

  test('is the same however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
        const [whole, parts] = [new Crc32c(), new Crc32c()]
        whole.add(bytes)
        parts.add(bytes, 0, Math.min(cut, bytes.length))
        parts.add(bytes, Math.min(cut, bytes.length))
        expect(parts.value).toBe(whole.value)
      }),
    )
  })
})
