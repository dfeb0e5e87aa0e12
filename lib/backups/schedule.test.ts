import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BackupSchedule } from '#lib/contracts/backups.ts'
import { dayMs, hourMs, minuteMs } from '#lib/time.ts'
import { localClock } from './local-time.ts'
import { nextBackupAt } from './schedule.ts'
import { spreadOver } from './spread.ts'

const clusterId = '0192f0c1-5f43-7c1f-9f10-0a5d4c1b2e3f'

/** The minutes of the next turns of a cron expression, without the second the cluster has in them. */
function turns(expression: string, timeZone: string, { after, count = 3 }: { after: string; count?: number }) {
  const found: string[] = []
  let at = new Date(after)
  while (found.length < count) {
    at = nextBackupAt({ kind: 'cron', expression, timeZone }, { after: at, clusterId })
    found.push(new Date(at.getTime() - spreadOver(minuteMs, clusterId)).toISOString().slice(0, 16))
  }
  return found
}

describe('an interval', () => {
  const interval: BackupSchedule = { kind: 'interval', seconds: 3_600 }
  const begin = new Date('2026-05-01T00:00:00Z')

  it('has its turns exactly one interval apart, whenever somebody asks and however often', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 60, max: 90_000 }), fc.nat(2 ** 41), (id, seconds, afterMs) => {
        const schedule: BackupSchedule = { kind: 'interval', seconds }
        const first = nextBackupAt(schedule, { after: new Date(afterMs), clusterId: id })
        const second = nextBackupAt(schedule, { after: first, clusterId: id })
        expect(first.getTime()).toBeGreaterThan(afterMs)
        expect(first.getTime() - afterMs).toBeLessThanOrEqual(seconds * 1_000)
        expect(second.getTime() - first.getTime()).toBe(seconds * 1_000)
        const between = new Date(first.getTime() - 1)
        expect(nextBackupAt(schedule, { after: between, clusterId: id })).toEqual(first)
      }),
      { numRuns: 1_000 },
    )
  })

  it('goes on at its own turns, however many were missed', () => {
    const due = nextBackupAt(interval, { after: begin, clusterId })
    const late = new Date(due.getTime() + 5 * hourMs + 10 * minuteMs)
    expect(nextBackupAt(interval, { after: late, clusterId })).toEqual(new Date(due.getTime() + 6 * hourMs))
  })

  it('spreads 10,000 clusters evenly over the hour', () => {
    const perMinute = new Map<number, number>()
    for (let index = 0; index < 10_000; index += 1) {
      const at = nextBackupAt(interval, {
        after: begin,
        clusterId: `0192f0c1-5f43-7c1f-9f10-${String(index).padStart(12, '0')}`,
      })
      const minute = at.getUTCMinutes()
      perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1)
    }
    expect(perMinute.size).toBe(60)
    // 166.7 on average; six standard deviations of 12.8
    for (const count of perMinute.values()) expect(Math.abs(count - 10_000 / 60)).toBeLessThan(77)
  })
})

describe('a cron expression', () => {
  it.each([
    ['30 2 * * *', 'UTC', ['2026-01-02T02:30', '2026-01-03T02:30', '2026-01-04T02:30']],
    ['*/20 * * * *', 'UTC', ['2026-01-01T12:20', '2026-01-01T12:40', '2026-01-01T13:00']],
    ['0 9-17/4 * * mon-fri', 'Asia/Shanghai', ['2026-01-02T01:00', '2026-01-02T05:00', '2026-01-02T09:00']],
    ['0 0 1,15 * sun', 'UTC', ['2026-01-04T00:00', '2026-01-11T00:00', '2026-01-15T00:00']],
    ['0 0 29 2 *', 'UTC', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
    ['@monthly', 'America/New_York', ['2026-02-01T05:00', '2026-03-01T05:00', '2026-04-01T04:00']],
  ])('%s in %s runs at its times', (expression, timeZone, expected) => {
    expect(turns(expression, timeZone, { after: '2026-01-01T12:10:00Z' })).toEqual(expected)
  })

  it('for February 29 goes over a century that is no leap year', () => {
    expect(turns('0 0 29 2 *', 'UTC', { after: '2097-01-01T00:00:00Z', count: 1 })).toEqual(['2104-02-29T00:00'])
  })

  it('runs a time that does not exist that day at the next minute that does', () => {
    expect(turns('30 2 * * *', 'Europe/Berlin', { after: '2026-03-28T12:00:00Z' })).toEqual([
      '2026-03-29T01:00',
      '2026-03-30T00:30',
      '2026-03-31T00:30',
    ])
    expect(turns('30 0 * * *', 'America/Havana', { after: '2026-03-07T12:00:00Z' })).toEqual([
      '2026-03-08T05:00',
      '2026-03-09T04:30',
      '2026-03-10T04:30',
    ])
  })

  it('runs once for several times that are skipped together', () => {
    expect(turns('0,15,30,45 2 * * *', 'Europe/Berlin', { after: '2026-03-28T12:00:00Z' })).toEqual([
      '2026-03-29T01:00',
      '2026-03-30T00:00',
      '2026-03-30T00:15',
    ])
  })

  it('runs a time that comes twice once, the first time', () => {
    expect(turns('30 2 * * *', 'Europe/Berlin', { after: '2026-10-24T12:00:00Z' })).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
      '2026-10-27T01:30',
    ])
    expect(turns('45 1 * * *', 'Australia/Lord_Howe', { after: '2026-04-04T01:00:00Z', count: 2 })).toEqual([
      '2026-04-04T14:45',
      '2026-04-05T15:15',
    ])
  })

  it('for every hour loses no hour and gains none on the days the clocks change', () => {
    for (const after of ['2026-03-28T22:00:00Z', '2026-10-24T22:00:00Z']) {
      const expected = Array.from({ length: 8 }, (_, index) =>
        new Date(Date.parse(after) + (index + 1) * hourMs).toISOString().slice(0, 16),
      )
      expect(
        turns('0 * * * *', 'Europe/Berlin', { after: new Date(Date.parse(after) + minuteMs).toISOString(), count: 8 }),
      ).toEqual(expected)
    }
  })

  it('has for each cluster a second of its own within the minute', () => {
    const seconds = Array.from({ length: 1_000 }, (_, index) =>
      nextBackupAt(
        { kind: 'cron', expression: '0 3 * * *', timeZone: 'UTC' },
        { after: new Date('2026-01-01T00:00:00Z'), clusterId: `cluster-${index}` },
      ),
    )
    expect(new Set(seconds.map((at) => at.toISOString().slice(0, 16)))).toEqual(new Set(['2026-01-01T03:00']))
    expect(new Set(seconds.map((at) => at.getUTCSeconds())).size).toBe(60)
  })

  it('runs later than the time asked for, at a time its own fields name, with none between', () => {
    const field = (values: string[]) => fc.constantFrom('*', ...values)
    const expression = fc
      .tuple(
        field(['0', '*/7', '5,50']),
        field(['2', '1-3', '*/6', '23']),
        field(['1', '29-31']),
        field(['3,10']),
        field(['sun']),
      )
      .map((fields) => fields.join(' '))
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/Havana', 'Asia/Kolkata')
    const time = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(expression, zone, time, (text, timeZone, after) => {
        const schedule: BackupSchedule = { kind: 'cron', expression: text, timeZone }
        const next = nextBackupAt(schedule, { after, clusterId })
        expect(next > after).toBe(true)
        expect(nextBackupAt(schedule, { after: new Date(next.getTime() - 1), clusterId })).toEqual(next)
        const middle = new Date((after.getTime() + next.getTime() - 1) / 2)
        expect(nextBackupAt(schedule, { after: middle, clusterId })).toEqual(next)
        const minute = next.getTime() - spreadOver(minuteMs, clusterId)
        const local = new Date(minute + localClock(timeZone).offsetMsAt(minute))
        const isChangeDay = localClock(timeZone).offsetMsAt(minute - dayMs) !== localClock(timeZone).offsetMsAt(minute)
        if (!isChangeDay && text.startsWith('0 2 '))
          expect([local.getUTCHours(), local.getUTCMinutes()]).toEqual([2, 0])
      }),
      { numRuns: 1_000 },
    )
  })

  it('that was never checked is our own fault', () => {
    const schedule: BackupSchedule = { kind: 'cron', expression: '0 0 31 2 *', timeZone: 'UTC' }
    expect(() => nextBackupAt(schedule, { after: new Date(), clusterId })).toThrow('cron-never')
  })
})
