import { expect, test } from 'vitest'
import { durationParts } from './duration-parts.ts'

const read = (ms: number) =>
  durationParts(ms)
    .map(({ value, unit }) => `${value} ${unit}`)
    .join(' ')

test.each([
  [0, '0 ms'],
  [820, '820 ms'],
  [4_230, '4.2 s'],
  [59_999, '59.9 s'],
  [60_000, '1 min'],
  [200_000, '3 min 20 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
])('%i ms are read as %s', (ms, text) => {
  expect(read(ms)).toBe(text)
})

test('never says 60 seconds where a minute is full', () => {
  expect(read(119_800)).toBe('2 min')
})
