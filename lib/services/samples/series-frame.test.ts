import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayMs, hourMs, minuteMs, secondMs } from '#lib/time.ts'
import type { Asked } from './series-frame.ts'
import { frameOf, pointsMax } from './series-frame.ts'

const nowMs = Date.parse('2026-11-23T10:32:17Z')
const hourNow = Date.parse('2026-11-23T10:00:00Z')

/** A cluster that is collected once a minute and summed up as far as it can be. */
function asked(rangeMs: number, more: Partial<Asked> = {}): Asked {
  return {
    fromMs: nowMs - rangeMs,
    toMs: nowMs,
    nowMs,
    minutesUntilMs: Date.parse('2026-11-23T10:30:00Z'),
    hoursUntilMs: hourNow,
    everySeconds: 60,
    ...more,
  }
}

describe('the frame of a series', () => {
  it.each([
    ['1 h', hourMs, 60],
    ['6 h', 6 * hourMs, 60],
    ['24 h', 24 * hourMs, 300],
    ['40 h', 40 * hourMs, 300],
    ['7 d', 7 * dayMs, 3_600],
    ['30 d', 30 * dayMs, 7_200],
    ['1 y', 365 * dayMs, 86_400],
    ['13 months', 397 * dayMs, 86_400],
  ])('of %s has a round step', (_, rangeMs, stepSeconds) => {
    const frame = frameOf(asked(rangeMs))
    expect(frame.stepSeconds).toBe(stepSeconds)
    expect(frame.startMs % (stepSeconds * secondMs)).toBe(0)
  })

  it('of up to 6 hours is raw, of up to 40 hours 5 minutes, and longer ones hours', () => {
    expect(frameOf(asked(6 * hourMs)).rawFromMs).toBeLessThan(nowMs - 6 * hourMs)
    expect(frameOf(asked(40 * hourMs)).minutesFromMs).toBeLessThan(nowMs - 40 * hourMs)
    expect(frameOf(asked(7 * dayMs)).minutesFromMs).toBe(hourNow)
  })

  it('takes the newest stretch from finer tables, as long as it is not summed up', () => {
    const frame = frameOf(asked(7 * dayMs))
    expect([frame.minutesFromMs, frame.rawFromMs]).toEqual([hourNow, hourNow + 30 * minuteMs])
    const never = frameOf(asked(7 * dayMs, { minutesUntilMs: 0, hoursUntilMs: 0 }))
    expect([never.minutesFromMs, never.rawFromMs]).toEqual([0, 0])
  })

  it('takes what finer tables no longer have from coarser ones, in steps those can fill', () => {
    const lastWeek = frameOf(asked(0, { fromMs: nowMs - 7 * dayMs, toMs: nowMs - 7 * dayMs + hourMs }))
    expect(lastWeek.stepSeconds).toBe(300)
    expect(lastWeek.rawFromMs).toBeGreaterThan(nowMs - 48 * hourMs)
    const lastYear = frameOf(asked(0, { fromMs: nowMs - 200 * dayMs, toMs: nowMs - 199 * dayMs }))
    expect(lastYear.stepSeconds).toBe(3_600)
    expect(lastYear.minutesFromMs).toBeGreaterThan(nowMs - 30 * dayMs)
  })

  it('has no step shorter than the pause between two collections', () => {
    expect(frameOf(asked(hourMs, { everySeconds: 600 })).stepSeconds).toBe(600)
    expect(frameOf(asked(hourMs, { everySeconds: 45 })).stepSeconds).toBe(60)
    expect(frameOf(asked(hourMs, { everySeconds: 10 })).stepSeconds).toBe(10)
  })

  it('of a time to come is empty, and of one that has begun ends now', () => {
    expect(frameOf(asked(0, { fromMs: nowMs + hourMs, toMs: nowMs + 2 * hourMs })).stepCount).toBe(0)
    const begun = frameOf(asked(0, { fromMs: nowMs - hourMs, toMs: nowMs + dayMs }))
    expect(begun.endMs).toBe(nowMs)
    expect(begun.stepCount).toBeLessThan(15)
  })

  it('has at most 500 points and covers the range, whatever is asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 397 * dayMs }),
        fc.integer({ min: 0, max: 400 * dayMs }),
        fc.integer({ min: 10, max: 86_400 }),
        (rangeMs, agoMs, everySeconds) => {
          const toMs = nowMs - agoMs
          const frame = frameOf(asked(0, { fromMs: toMs - rangeMs, toMs, everySeconds }))
          const stepMs = frame.stepSeconds * secondMs
          expect(frame.stepCount).toBeLessThanOrEqual(pointsMax)
          expect(frame.startMs).toBeLessThanOrEqual(toMs - rangeMs)
          expect(frame.startMs + frame.stepCount * stepMs).toBeGreaterThanOrEqual(toMs)
          expect(frame.minutesFromMs).toBeLessThanOrEqual(frame.rawFromMs)
        },
      ),
    )
  })
})
