import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCron } from './cron.ts'

const upTo = (max: number, min = 0) => Array.from({ length: max - min + 1 }, (_, index) => min + index)
const every = { minutes: upTo(59), hours: upTo(23), daysOfMonth: upTo(31, 1), months: upTo(12, 1), daysOfWeek: upTo(6) }

describe('a cron expression', () => {
  it.each([
    ['* * * * *', { isEveryHour: true, isEitherDay: false }],
    ['0 * * * *', { minutes: [0], isEveryHour: true }],
    ['*/15 8-18/5 * * *', { minutes: [0, 15, 30, 45], hours: [8, 13, 18], isEveryHour: false }],
    ['50/5 22/1 * * *', { minutes: [50, 55], hours: [22, 23] }],
    ['5,1,5,3-4 0 * * *', { minutes: [1, 3, 4, 5], hours: [0] }],
    ['0 0 * JAN,mar-May *', { months: [1, 3, 4, 5] }],
    ['0 0 * * mon-FRI', { daysOfWeek: [1, 2, 3, 4, 5], isEitherDay: false }],
    ['0 0 * * 7', { daysOfWeek: [0] }],
    ['0 0 * * 5-7', { daysOfWeek: [0, 5, 6] }],
    ['0 0 * * fri-SUN', { daysOfWeek: [0, 5, 6] }],
    ['0 0 * * mon-sun', { daysOfWeek: upTo(6) }],
    ['0 0 * * 0,7', { daysOfWeek: [0] }],
    ['0 0 1,15 * mon', { daysOfMonth: [1, 15], daysOfWeek: [1], isEitherDay: true }],
    ['0 0 */2 * mon', { daysOfMonth: upTo(31, 1).filter((day) => day % 2 === 1), isEitherDay: false }],
    ['0 0 29 2 *', { daysOfMonth: [29], months: [2] }],
    ['0 0 31 2 mon', { isEitherDay: true }],
    ['  0   3 * * *  ', { minutes: [0], hours: [3] }],
  ])('%s is read', (expression, expected) => {
    expect(parseCron(expression).times).toMatchObject(expected)
  })

  it('with stars alone names every time there is', () => {
    expect(parseCron('* * * * *').times).toMatchObject(every)
  })

  it.each([
    ['@hourly', '0 * * * *'],
    ['@Daily', '0 0 * * *'],
    ['@midnight', '0 0 * * *'],
    ['@weekly', '0 0 * * 0'],
    ['@monthly', '0 0 1 * *'],
    ['@yearly', '0 0 1 1 *'],
    ['@annually', '0 0 1 1 *'],
  ])('%s is short for %s', (alias, expression) => {
    expect(parseCron(alias)).toEqual(parseCron(expression))
    expect(parseCron(alias).times).toBeDefined()
  })

  it.each([
    ['', 'cron-wrong-number-of-fields'],
    ['* * * *', 'cron-wrong-number-of-fields'],
    ['0 0 * * * *', 'cron-wrong-number-of-fields'],
    ['@reboot', 'cron-wrong-number-of-fields'],
    ['60 * * * *', 'cron-minute-malformed'],
    ['*/0 * * * *', 'cron-minute-malformed'],
    ['5-1 * * * *', 'cron-minute-malformed'],
    ['1,,2 * * * *', 'cron-minute-malformed'],
    ['-1 * * * *', 'cron-minute-malformed'],
    ['1.5 * * * *', 'cron-minute-malformed'],
    ['jan * * * *', 'cron-minute-malformed'],
    ['*-5 * * * *', 'cron-minute-malformed'],
    ['0 24 * * *', 'cron-hour-malformed'],
    ['0 8-25 * * *', 'cron-hour-malformed'],
    ['0 0 0 * *', 'cron-day-of-month-malformed'],
    ['0 0 32 * *', 'cron-day-of-month-malformed'],
    ['0 0 L * *', 'cron-day-of-month-malformed'],
    ['0 0 * 13 *', 'cron-month-malformed'],
    ['0 0 * janu *', 'cron-month-malformed'],
    ['0 0 * * 8', 'cron-day-of-week-malformed'],
    ['0 0 * * fri-mon', 'cron-day-of-week-malformed'],
    ['0 0 * * mon#2', 'cron-day-of-week-malformed'],
    ['0 0 31 2 *', 'cron-never'],
    ['0 0 31 2,4,6,9,11 *', 'cron-never'],
    ['0 0 30 2 */2', 'cron-never'],
  ])('%j is refused, naming what is wrong: %s', (expression, problem) => {
    expect(parseCron(expression)).toEqual({ problem })
  })

  it('of any characters is either read or refused, and what is read lies within its bounds', () => {
    const item = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'0123456789*/-,@?LW#amonjf'), maxLength: 6 }),
      fc.constantFrom('*', '0', '*/7', '1-5', 'mon'),
    )
    fc.assert(
      fc.property(fc.array(item, { minLength: 4, maxLength: 6 }), (parts) => {
        const { times, problem } = parseCron(parts.join(' '))
        if (!times) {
          expect(problem).toMatch(/^cron-/)
          return
        }
        for (const name of ['minutes', 'hours', 'daysOfMonth', 'months', 'daysOfWeek'] as const) {
          expect(times[name].length).toBeGreaterThan(0)
          expect(every[name]).toEqual(expect.arrayContaining([...times[name]]))
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
