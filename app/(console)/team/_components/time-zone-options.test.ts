import { expect, test } from 'vitest'
import { isTimeZone } from '#lib/time.ts'
import { timeZoneOptions } from './time-zone-options.ts'

const winter = new Date('2026-01-15T12:00:00Z')
const summer = new Date('2026-07-15T12:00:00Z')
const labelOf = (zone: string, now: Date) => timeZoneOptions('UTC', now).find(({ value }) => value === zone)?.label

test('shows the offset of the day', () => {
  expect(labelOf('Asia/Shanghai', winter)).toBe('Asia/Shanghai (UTC+08:00)')
  expect(labelOf('Europe/Berlin', winter)).toBe('Europe/Berlin (UTC+01:00)')
  expect(labelOf('Europe/Berlin', summer)).toBe('Europe/Berlin (UTC+02:00)')
  expect(labelOf('UTC', winter)).toBe('UTC (UTC+00:00)')
})

test('offers nothing the server refuses, and everything once', () => {
  const values = timeZoneOptions('UTC', winter).map(({ value }) => value)
  expect(values.length).toBeGreaterThan(300)
  expect(values.filter((value) => !isTimeZone(value))).toEqual([])
  expect(new Set(values).size).toBe(values.length)
})

test('keeps the zone the team has, even one this calendar does not know', () => {
  expect(timeZoneOptions('Mars/Olympus_Mons', winter)).toContainEqual({
    value: 'Mars/Olympus_Mons',
    label: 'Mars/Olympus_Mons',
  })
})
