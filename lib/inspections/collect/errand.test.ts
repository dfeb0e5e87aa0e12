import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addMs, dayMs, hourMs, minuteMs } from '#lib/time.ts'
import { ago, factsOf, lookedAt } from '../healthy-facts.ts'
import { isDailyDue, isDue } from './errand.ts'
import { emptyErrandBook } from './memory.ts'

test.each([
  ['what was never done', null, true],
  ['what was done so long ago', ago(hourMs), true],
  ['what was done later than that', ago(hourMs - 1), false],
  ['what a clock that was ahead has done', ago(-1), true],
])('%s is due: %s', (_what, last, expected) => {
  expect(isDue({ at: lookedAt, isAsked: false }, last, hourMs)).toBe(expected)
  expect(isDue({ at: lookedAt, isAsked: true }, last, hourMs)).toBe(true)
})

describe('what is done once a day', () => {
  const clusterIds = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n })

  function order(at: Date, changes: Partial<Parameters<typeof isDailyDue>[0]> = {}) {
    return { at, isAsked: false, expectedClusterId: 7n, memory: undefined, isForgotten: false, ...changes }
  }
  const lookedAtBefore = (at: Date) => ({
    facts: factsOf({ at }),
    lastStatus: {},
    errands: emptyErrandBook,
    toldBy: null,
  })

  /** When it is done by a collection a minute, of which the one at `lookedAt` was the first. */
  function timesOf(expectedClusterId: bigint, isForgotten: boolean, days: number): Date[] {
    const times: Date[] = []
    for (let minute = 0; minute < days * 24 * 60; minute += 1) {
      const at = addMs(lookedAt, minute * minuteMs)
      const memory = minute === 0 ? undefined : lookedAtBefore(addMs(at, -minuteMs))
      const known = order(at, { expectedClusterId, memory, isForgotten: isForgotten && minute === 0 })
      if (isDailyDue(known, times.at(-1) ?? null)) times.push(at)
    }
    return times
  }

  test('is done at once for a cluster that is new, or for somebody who asks', () => {
    expect(isDailyDue(order(lookedAt), null)).toBe(true)
    const known = { memory: lookedAtBefore(ago(minuteMs)) }
    expect(isDailyDue(order(lookedAt, { ...known, isAsked: true }), ago(minuteMs))).toBe(true)
  })

  test('is done within an hour where it is no longer known when it was done', () => {
    fc.assert(
      fc.property(clusterIds, (id) => {
        const [first = lookedAt] = timesOf(id, true, 0.1)
        expect(first.getTime() - lookedAt.getTime()).toBeGreaterThan(0)
        expect(first.getTime() - lookedAt.getTime()).toBeLessThanOrEqual(hourMs)
      }),
      { numRuns: 20 },
    )
  })

  test('is done once every day, at a time that is the cluster’s own', () => {
    fc.assert(
      fc.property(clusterIds, fc.boolean(), (id, isForgotten) => {
        const times = timesOf(id, isForgotten, 5)
        const gaps = times.slice(1).map((time, index) => time.getTime() - (times[index]?.getTime() ?? 0))
        expect(gaps.length).toBeGreaterThanOrEqual(3)
        expect(gaps[0]).toBeGreaterThanOrEqual(dayMs / 2)
        expect(gaps[0]).toBeLessThanOrEqual(1.5 * dayMs + minuteMs)
        for (const gap of gaps.slice(1)) expect(gap).toBe(dayMs)
      }),
      { numRuns: 10 },
    )
  })

  test('of many clusters that came at once is spread over the day', () => {
    const hours = Array.from({ length: 240 }, (_, index) => {
      const id = BigInt.asUintN(64, BigInt(index + 1) * 0x9e3779b97f4a7c15n)
      for (let minute = 0; ; minute += 10) {
        const at = addMs(lookedAt, minute * minuteMs)
        if (isDailyDue(order(at, { expectedClusterId: id, memory: lookedAtBefore(at) }), lookedAt))
          return Math.floor(minute / 60)
      }
    })
    const most = Math.max(
      ...Map.groupBy(hours, (hour) => hour)
        .values()
        .map(({ length }) => length),
    )
    expect(most).toBeLessThan(30)
  })

  test('is due again after a clock that was ahead', () => {
    expect(isDailyDue(order(lookedAt, { memory: lookedAtBefore(ago(minuteMs)) }), ago(-1))).toBe(true)
  })
})
