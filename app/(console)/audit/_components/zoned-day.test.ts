import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dayMs, hourMs, minuteMs } from '#lib/time.ts'
import { dayOf, daysBefore, endOfDay, readDay, startOfDay } from './zoned-day.ts'

test.each([
  ['2026-11-22', 'UTC', '2026-11-22T00:00:00.000Z'],
  ['2026-11-22', 'Asia/Shanghai', '2026-11-21T16:00:00.000Z'],
  ['2026-07-01', 'America/New_York', '2026-07-01T04:00:00.000Z'],
  ['2026-01-01', 'America/New_York', '2026-01-01T05:00:00.000Z'],
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
  ['2026-11-22', 'Asia/Kathmandu', '2026-11-21T18:15:00.000Z'],
  ['2026-11-22', 'Pacific/Kiritimati', '2026-11-21T10:00:00.000Z'],
])('%s in %s begins at %s', (day, timeZone, expected) => {
  expect(startOfDay(day, timeZone)).toBe(expected)
})

test('begins a day whose midnight is skipped with its first minute', () => {
  expect(startOfDay('2018-11-04', 'America/Sao_Paulo')).toBe('2018-11-04T03:00:00.000Z')
})

test('ends a day where the next begins, also when clocks change in it', () => {
  expect(endOfDay('2026-03-29', 'Europe/Berlin')).toBe('2026-03-29T22:00:00.000Z')
  expect(endOfDay('2026-12-31', 'UTC')).toBe('2027-01-01T00:00:00.000Z')
})

test.each(['', 'today', '2026-13-01', '2026-02-30', '2026-1-1', '2026-11-22T00:00'])('%j is no day', (text) => {
  expect(startOfDay(text, 'UTC')).toBeUndefined()
  expect(endOfDay(text, 'UTC')).toBeUndefined()
})

test('knows which day it is where the team lives', () => {
  const evening = new Date('2026-11-22T20:00:00Z')
  expect(dayOf(evening, 'UTC')).toBe('2026-11-22')
  expect(dayOf(evening, 'Asia/Shanghai')).toBe('2026-11-23')
  expect(dayOf(evening, 'Pacific/Kiritimati')).toBe('2026-11-23')
})

test('counts days back over months, years and changes of the clock', () => {
  expect(daysBefore('2026-11-22', 0)).toBe('2026-11-22')
  expect(daysBefore('2026-01-03', 6)).toBe('2025-12-28')
  expect(daysBefore('2024-03-01', 1)).toBe('2024-02-29')
})

test.each([
  ['2026-11-22', '2026-11-22'],
  [' 2026/11/22 ', '2026-11-22'],
  ['2026.1.5', '2026-01-05'],
  ['20260105', '2026-01-05'],
  ['2026-02-30', undefined],
  ['2026-11', undefined],
  ['22.11.2026', undefined],
  ['2026-11-2222', undefined],
  ['today', undefined],
  ['', undefined],
])('reads %j as %j', (text, day) => {
  expect(readDay(text)).toBe(day)
})

test('agrees with the calendar of every zone: the minute before belongs to the day before', () => {
  const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'))
  const dayNumber = fc.integer({ min: 7_305, max: 25_000 }) // 1990 to 2038
  fc.assert(
    fc.property(zone, dayNumber, (timeZone, number) => {
      const day = new Date(number * dayMs).toISOString().slice(0, 10)
      const start = Date.parse(startOfDay(day, timeZone) ?? '')
      const dayOf = (ms: number) => new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(ms)
      expect(dayOf(start) >= day).toBe(true)
      expect(dayOf(start - minuteMs) < day).toBe(true)
      expect(Math.abs(start - number * dayMs)).toBeLessThanOrEqual(14 * hourMs)
    }),
    { numRuns: 200 },
  )
})
