import { expect, test } from 'vitest'
import { durationText } from './duration-text.ts'

test.each([
  [0, '0 ms'],
  [820, '820 ms'],
  [4_230, '4.2 sec'],
  [60_000, '1 min'],
  [200_000, '3 min 20 sec'],
  [3_600_000, '1 hr'],
  [7_500_000, '2 hr 5 min'],
])('%i ms are read as %s', (ms, text) => {
  expect(durationText(ms, 'en')).toBe(text)
})

test('never says 60 seconds where a minute is full', () => {
  expect(durationText(119_800, 'en')).toBe('2 min')
})

test('speaks the language of the reader', () => {
  expect(durationText(200_000, 'zh-CN')).toBe('3分钟 20秒')
})
