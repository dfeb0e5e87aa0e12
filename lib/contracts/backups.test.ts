import { describe, expect, it } from 'vitest'
import { backupSchedule, backupSettings, retentionPolicy } from './backups.ts'

describe('backup settings', () => {
  it('are hourly, zstd, within 15 minutes, and keep 72 hours, 7 days and 4 weeks, when nothing is said', () => {
    expect(backupSettings.parse({})).toEqual({
      schedule: { kind: 'interval', seconds: 3_600 },
      retention: {
        policy: { kind: 'ladder', hourly: 72, daily: 7, weekly: 4, monthly: 0, keepAllHours: 0 },
        timeZone: 'UTC',
      },
      compression: 'zstd',
      timeoutSeconds: 900,
    })
  })

  it.each([
    [{ kind: 'interval', seconds: 59 }, 'backup-interval-too-short'],
    [{ kind: 'interval', seconds: 2_592_001 }, 'backup-interval-too-long'],
    [{ kind: 'cron', expression: '0 24 * * *' }, 'cron-hour-malformed'],
    [{ kind: 'cron', expression: '0 0 31 2 *' }, 'cron-never'],
    [{ kind: 'cron', expression: '* '.repeat(200) }, 'cron-wrong-number-of-fields'],
  ])('do not take %j: %s', (schedule, message) => {
    expect(backupSchedule.safeParse(schedule).error?.issues[0]?.message).toBe(message)
  })

  it('do not take a ladder without rungs', () => {
    const none = { kind: 'ladder', hourly: 0, daily: 0, weekly: 0, monthly: 0, keepAllHours: 24 }
    expect(retentionPolicy.safeParse(none).error?.issues[0]?.message).toBe('retention-keeps-nothing')
    expect(retentionPolicy.safeParse({ kind: 'last', count: 0 }).success).toBe(false)
    expect(retentionPolicy.safeParse({ ...none, monthly: 1 }).success).toBe(true)
  })
})
