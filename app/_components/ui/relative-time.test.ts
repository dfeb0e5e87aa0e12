import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { relativeTime } from './relative-time.ts'

const now = new Date('2026-11-22T12:00:00Z')
const at = (offsetSeconds: number) => new Date(now.getTime() + offsetSeconds * 1000)

describe('relativeTime', () => {
  test.each([
    [-3, 'en', 'now'],
    [4, 'en', 'now'],
    [-45, 'en', '45 seconds ago'],
    [-59 * 60 - 59, 'en', '59 minutes ago'],
    [-3600, 'en', '1 hour ago'],
    [-86_399, 'en', '23 hours ago'],
    [86_400 * 2, 'en', 'in 2 days'],
    [-86_400 * 29, 'en', '29 days ago'],
    [-86_400 * 400, 'en', '1 year ago'],
    [-3, 'zh-CN', '现在'],
    [-300, 'zh-CN', '5分钟前'],
    [3600, 'zh-CN', '1小时后'],
  ])('%i seconds from now in %s reads "%s"', (offsetSeconds, lang, expected) => {
    expect(relativeTime(at(offsetSeconds), now, lang)).toBe(expected)
  })

  test('never claims more time than has passed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 3_600_000 }), (ageSeconds) => {
        const hours = /^(\d+) hours? ago$/.exec(relativeTime(at(-ageSeconds), now, 'en'))?.[1]
        expect(Number(hours ?? 0) * 3600).toBeLessThanOrEqual(ageSeconds)
      }),
    )
  })
})
