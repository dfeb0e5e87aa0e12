import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutKeyPrefix, readKeyPrefix, writeKeyPrefix } from './key-prefix.ts'

test('whatever keys begin with is kept to the byte, in readable ASCII', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const written = writeKeyPrefix(bytes)
      expect(written).toMatch(/^[ -~]*$/)
      expect(readKeyPrefix(written)).toEqual(Buffer.from(bytes))
    }),
  )
})

test.each(['/registry/pods/', 'routes/ a-b_c.d~', ''])('what is readable stays as it is: %s', (text) => {
  expect(writeKeyPrefix(Buffer.from(text))).toBe(text)
})

test('what is not, is written byte by byte', () => {
  expect(writeKeyPrefix(Buffer.from('/用%/'))).toBe('/%e7%94%a8%25/')
})

test('one that is too long is cut, and still what those keys begin with', () => {
  const long = Buffer.alloc(1000, 'x')
  expect(long.indexOf(cutKeyPrefix(long))).toBe(0)
  expect(cutKeyPrefix(long)).toHaveLength(300)
})
