import fc from 'fast-check'
import { expect, test } from 'vitest'
import { prefixRange } from './keys.ts'

test('a prefix covers the keys that begin with it and no others', () => {
  const bytes = fc.uint8Array({ maxLength: 4 }).map((array) => Buffer.from(array))
  fc.assert(
    fc.property(bytes, bytes, (prefix, key) => {
      fc.pre(key.length > 0)
      const { key: from, end } = prefixRange(prefix)
      const isToTheEnd = end?.equals(Buffer.from([0])) ?? false
      const isCovered =
        Buffer.compare(key, from) >= 0 && (isToTheEnd || (end !== undefined && Buffer.compare(key, end) < 0))
      expect(isCovered).toBe(key.subarray(0, prefix.length).equals(prefix))
    }),
  )
})
