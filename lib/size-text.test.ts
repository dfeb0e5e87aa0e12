import { expect, test } from 'vitest'
import { sizeText } from './size-text.ts'

test.each<[bigint, string]>([
  [0n, '0 B'],
  [1023n, '1,023 B'],
  [1024n, '1 KiB'],
  [20_480n, '20 KiB'],
  [1_500_000n, '1.4 MiB'],
  [2_147_483_648n, '2 GiB'],
  [512_000_000n, '488 MiB'],
  [9_000_000_000_000_000n, '8,185 TiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(sizeText(bytes, 'en')).toBe(text)
})

test('sizes that are compared have more digits', () => {
  expect([1_130_000_000n, 512_000_000n, 20_480n].map((bytes) => sizeText(bytes, 'en', 2))).toEqual([
    '1.05 GiB',
    '488.3 MiB',
    '20 KiB',
  ])
})
