import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundEvidence } from './bound-evidence.ts'

test('evidence is clean and of bounded size, whatever it was made of, and says what was left out of a list', () => {
  const text = fc.string({ maxLength: 1000, unit: fc.constantFrom('a', 'é', '😀', '\ud83d', '\0', '\x1b', '\u202e') })
  const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { maxLength: 60 }))
  fc.assert(
    fc.property(value, (given) => {
      const { found } = boundEvidence({ found: given })
      const texts = [found].flat().map(String)
      expect(texts.every((one) => one.length <= 300 && one.isWellFormed() && !/[\p{Cc}\u202e]/u.test(one))).toBe(true)
      expect(texts.length).toBeLessThanOrEqual(21)
      if (Array.isArray(given) && given.length > 20) expect(texts.at(-1)).toBe(`+${given.length - 20}`)
    }),
  )
  const small = { name: 'etcd-1', total: 3, all: true, names: ['a', 'b'] }
  expect(boundEvidence(small)).toEqual(small)
})
