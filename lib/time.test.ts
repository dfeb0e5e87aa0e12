import { describe, expect, it } from 'vitest'
import { addMs, dayMs, hourMs, isTimeZone, minuteMs } from './time.ts'

describe('durations', () => {
  it('are milliseconds', () => {
    expect([minuteMs, hourMs, dayMs]).toEqual([60_000, 3_600_000, 86_400_000])
  })

  it('are added to an instant without changing it', () => {
    const at = new Date('2026-01-31T23:00:00Z')
    expect(addMs(at, 2 * hourMs).toISOString()).toBe('2026-02-01T01:00:00.000Z')
    expect(addMs(at, -dayMs).toISOString()).toBe('2026-01-30T23:00:00.000Z')
    expect(at.toISOString()).toBe('2026-01-31T23:00:00.000Z')
  })
})

describe('isTimeZone', () => {
  it.each([
    'UTC',
    'Asia/Shanghai',
    'Asia/Kolkata',
    'Asia/Calcutta',
    'America/Argentina/Buenos_Aires',
    'Etc/GMT+8',
    'America/Port-au-Prince',
  ])('knows %s', (name) => {
    expect(isTimeZone(name)).toBe(true)
  })

  it('knows every zone the runtime lists', () => {
    expect(Intl.supportedValuesOf('timeZone').filter((name) => !isTimeZone(name))).toEqual([])
  })

  it.each([
    '',
    '+08:00',
    'EST',
    'Mars/Olympus',
    'asia/shanghai',
    'Asia/Shanghai ',
    '../etc/passwd',
    'Asia',
    "Asia/Shanghai'",
  ])('refuses %j', (name) => {
    expect(isTimeZone(name)).toBe(false)
  })
})
