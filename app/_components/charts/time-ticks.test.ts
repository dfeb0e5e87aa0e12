import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { timeTicks } from './time-ticks.ts'

const iso = (atMs: readonly number[]) => atMs.map((at) => new Date(at).toISOString())
const at = (text: string) => Date.parse(text)

describe('the times of an axis', () => {
  test('are full hours of the reader’s clocks, also where those are half an hour off', () => {
    const range = { fromMs: at('2026-11-22T00:10:00Z'), toMs: at('2026-11-22T06:10:00Z'), timeZone: 'Asia/Kolkata' }
    expect(iso(timeTicks(range, 4).atMs)).toEqual([
      '2026-11-22T00:30:00.000Z',
      '2026-11-22T02:30:00.000Z',
      '2026-11-22T04:30:00.000Z',
    ])
  })

  test('are midnights there, across a change of the clocks', () => {
    const range = { fromMs: at('2026-10-23T12:00:00Z'), toMs: at('2026-10-27T12:00:00Z'), timeZone: 'Europe/Berlin' }
    expect(iso(timeTicks(range, 7).atMs).filter((text) => /T2[23]:00/.test(text))).toEqual([
      '2026-10-23T22:00:00.000Z',
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
      '2026-10-26T23:00:00.000Z',
    ])
  })

  test('of a year are firsts of a month', () => {
    const range = { fromMs: at('2025-11-23T00:00:00Z'), toMs: at('2026-11-23T00:00:00Z'), timeZone: 'Asia/Shanghai' }
    expect(iso(timeTicks(range, 7).atMs)).toEqual(
      ['2025-12-31', '2026-02-28', '2026-04-30', '2026-06-30', '2026-08-31', '2026-10-31'].map(
        (day) => `${day}T16:00:00.000Z`,
      ),
    )
  })

  test('lie in the range, in order, and are no more than asked for', () => {
    const zone = fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Europe/Berlin', 'Pacific/Chatham')
    fc.assert(
      fc.property(
        fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
        fc.integer({ min: 60_000, max: 400 * 86_400_000 }),
        fc.tuple(zone, fc.integer({ min: 3, max: 12 })),
        (fromMs, lengthMs, [timeZone, countMax]) => {
          const { atMs } = timeTicks({ fromMs, toMs: fromMs + lengthMs, timeZone }, countMax)
          expect(atMs.length).toBeLessThanOrEqual(countMax)
          expect(atMs).toEqual([...new Set(atMs)].toSorted((a, b) => a - b))
          for (const ms of atMs) expect(ms >= fromMs && ms <= fromMs + lengthMs).toBe(true)
        },
      ),
    )
  })
})
