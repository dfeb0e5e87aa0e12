import { expect, test } from 'vitest'
import { effectiveBackupSettings } from '#lib/contracts/backup-plans.ts'
import { intervalOf } from './longest-interval.ts'

const hours = (count: number) => count * 3_600
const clusterId = '01a2084a-6089-738c-b7f9-f42bf90f652f'

test.each([
  ['0 3 * * MON-FRI', hours(72)],
  ['*/30 9-17 * * *', hours(15.5)],
  ['15 * * * *', hours(1)],
  ['* * * * *', 60],
])('of %s the longest time between two backups is %i s, whatever day it is', (expression, seconds) => {
  const settings = effectiveBackupSettings.parse({ schedule: { kind: 'cron', expression, timeZone: 'UTC' } })
  for (let day = 1; day <= 7; day += 1) {
    const now = new Date(Date.UTC(2026, 10, day, 12, 0, 30))
    expect(intervalOf(settings, { now, clusterId })).toBe(seconds)
  }
})

test('an interval is what it says', () => {
  const settings = effectiveBackupSettings.parse({ schedule: { kind: 'interval', seconds: 600 } })
  expect(intervalOf(settings, { now: new Date(), clusterId })).toBe(600)
})
