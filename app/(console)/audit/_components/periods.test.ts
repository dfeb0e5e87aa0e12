import { expect, test } from 'vitest'
import { daysOf, periodOf, periods } from './periods.ts'

const today = '2026-11-22'

test('a period holds today and reaches back as many days as it says', () => {
  expect(daysOf('today', today)).toEqual({ from: '2026-11-22', to: '' })
  expect(daysOf('week', today)).toEqual({ from: '2026-11-16', to: '' })
  expect(daysOf('month', today)).toEqual({ from: '2026-10-24', to: '' })
})

test.each(periods)('%s is recognised by its days, and no longer the day after', (period) => {
  expect(periodOf(daysOf(period, today), today)).toBe(period)
  expect(periodOf(daysOf(period, today), '2026-11-23')).toBe('own')
})

test('no days are any, and others somebody’s own', () => {
  expect(periodOf({ from: '', to: '' }, today)).toBe('any')
  expect(periodOf({ from: '', to: today }, today)).toBe('own')
  expect(periodOf({ from: today, to: today }, today)).toBe('own')
})
