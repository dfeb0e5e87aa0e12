import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChartUnit } from './chart-line.ts'
import { valueTicks } from './value-ticks.ts'

const gib = 1024 ** 3
const mib = 1024 ** 2

describe('the values of an axis', () => {
  test.each([
    [1.2 * gib, 'bytes', [0, 0.5 * gib, gib, 1.5 * gib]],
    [700 * mib, 'bytes', [0, 200 * mib, 400 * mib, 600 * mib, 800 * mib]],
    [20_480, 'bytes', [0, 5_120, 10_240, 15_360, 20_480]],
    [0, 'bytes', [0, 1]],
    [3, 'entries', [0, 1, 2, 3]],
    [0, 'entries', [0, 1]],
    [0.37, 'perSecond', [0, 0.1, 0.2, 0.3, 0.4]],
    [1_950, 'perSecond', [0, 500, 1_000, 1_500, 2_000]],
    [0, 'milliseconds', [0, 0.5, 1]],
  ] as [number, ChartUnit, number[]][])('up to %d %s are %j', (highest, unit, ticks) => {
    expect(valueTicks(highest, unit)).toEqual(ticks)
  })

  test('begin at 0, hold every value and are few', () => {
    const unit = fc.constantFrom<ChartUnit>('bytes', 'perSecond', 'milliseconds', 'entries')
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 2 ** 45, noNaN: true }), unit, (highest, kind) => {
        const ticks = valueTicks(highest, kind)
        expect(ticks[0]).toBe(0)
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(highest * (1 - 1e-6))
        expect(ticks.length).toBeLessThanOrEqual(6)
      }),
    )
  })
})
