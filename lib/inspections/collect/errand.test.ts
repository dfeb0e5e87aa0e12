import { expect, test } from 'vitest'
import { hourMs } from '#lib/time.ts'
import { ago, lookedAt } from '../healthy-facts.ts'
import { isDue } from './errand.ts'

test.each([
  ['what was never done', null, true],
  ['what was done so long ago', ago(hourMs), true],
  ['what was done later than that', ago(hourMs - 1), false],
  ['what a clock that was ahead has done', ago(-1), true],
])('%s is due: %s', (_what, last, expected) => {
  expect(isDue({ at: lookedAt, isAsked: false }, last, hourMs)).toBe(expected)
  expect(isDue({ at: lookedAt, isAsked: true }, last, hourMs)).toBe(true)
})
