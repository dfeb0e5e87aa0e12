import { expect, test } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { cronTimes } from './cron-times.ts'

const saturday = new Date('2026-03-28T00:10:00Z')
const minutesOf = (times: readonly string[]) => times.map((time) => time.slice(0, 16))

test('shows the next five turns, in the time zone asked for', () => {
  const { times } = cronTimes({ expression: '30 2 * * MON-FRI', timeZone: 'Asia/Shanghai' }, saturday)
  expect(minutesOf(times)).toEqual([
    '2026-03-29T18:30',
    '2026-03-30T18:30',
    '2026-03-31T18:30',
    '2026-04-01T18:30',
    '2026-04-02T18:30',
  ])
})

test('shows what becomes of a time that is skipped when the clocks are put forward', () => {
  const { times } = cronTimes({ expression: '30 2 * * *', timeZone: 'Europe/Berlin' }, saturday)
  expect(minutesOf(times).slice(0, 3)).toEqual(['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30'])
})

test('refuses a time zone nobody knows', () => {
  expect(() => cronTimes({ expression: '@daily', timeZone: 'Mars/Olympus_Mons' }, saturday)).toThrow(AppError)
})
