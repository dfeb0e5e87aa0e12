import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { BackupSchedule } from '#lib/contracts/backups.ts'
import { backupFreshness } from '#lib/inspections/backup-freshness.ts'
import type { BackupFacts } from '#lib/inspections/facts.ts'
import { isSeen } from '#lib/inspections/facts.ts'
import { factsOf } from '#lib/inspections/healthy-facts.ts'
import { inspections } from '#lib/inspections/index.ts'
import { addMs, dayMs, hourMs, minuteMs } from '#lib/time.ts'
import type { CatalogueRow } from './backup-facts.ts'
import { backupFactsOf } from './backup-facts.ts'

/** A Monday. */
const now = new Date('2026-11-23T08:00:00Z')
const ago = (ms: number) => addMs(now, -ms)
const stored = (at: Date) => at.toISOString().replace('Z', '+00:00')

const verifiedAt = (at: Date) => ({
  ...{ takenAt: stored(at), verifiedAt: stored(addMs(at, minuteMs)), etcdClusterId: '7' },
  revision: '9',
})
const tried = (state: string, at: Date, problem: string | null = null) => ({ state, problem, createdAt: stored(at) })

function rowOf(changes: Partial<CatalogueRow> = {}): CatalogueRow {
  return {
    clusterId: 'b7f3c1f2-5c34-4a52-9df0-000000000001',
    isOn: true,
    nextDueAt: addMs(now, hourMs / 2),
    own: {},
    team: null,
    timeZone: 'UTC',
    targetName: 'bucket',
    targetProblem: null,
    verified: [verifiedAt(ago(hourMs / 2))],
    sizes: [],
    later: [],
    firstAskedAt: ago(30 * dayMs),
    verifiedInDay: 24,
    verdict: null,
    lastDrill: null,
    provenAt: null,
    ...changes,
  }
}

function factsFor(changes: Partial<CatalogueRow>): BackupFacts {
  const fact = backupFactsOf(rowOf(changes), now)
  return isSeen(fact) ? fact.value : expect.fail(JSON.stringify(fact))
}

const every = (seconds: number): { schedule: BackupSchedule } => ({ schedule: { kind: 'interval', seconds } })
const cron = (expression: string): { schedule: BackupSchedule } => ({
  schedule: { kind: 'cron', expression, timeZone: 'UTC' },
})
const weekdays = '30 2 * * MON-FRI'
const oldest = (at: Date) => ({ verified: [verifiedAt(at)], later: [tried('failed', addMs(at, hourMs))] })

describe('turns since the newest verified backup', () => {
  it.each([
    ['an hour less a second', { own: every(3_600), takenAt: ago(hourMs - 1_000), turns: 0 }],
    ['two hours', { own: every(3_600), takenAt: ago(2 * hourMs), turns: 2 }],
    ['two days of minutes, counted no further', { own: every(60), takenAt: ago(2 * dayMs), turns: 20 }],
    ['a clock that is ahead', { own: every(3_600), takenAt: addMs(now, hourMs), turns: 0 }],
    ['a weekend without turns', { own: cron(weekdays), takenAt: new Date('2026-11-20T02:31:00Z'), turns: 1 }],
    ['a weekend after a missed turn', { own: cron(weekdays), takenAt: new Date('2026-11-19T02:31:00Z'), turns: 2 }],
    ['a turn of today', { own: cron('30 7 * * *'), takenAt: new Date('2026-11-22T07:31:00Z'), turns: 1 }],
  ])('%s', (_, { own, takenAt, turns }) => {
    expect(factsFor({ own, ...oldest(takenAt) }).exposure).toMatchObject({ turns, isExcused: false })
  })

  it.each([
    [every(3_600), 24],
    [every(60), 1_440],
    [every(7 * 86_400), 0],
    [cron(weekdays), 1],
    [cron('30 2 * * SUN'), 0],
    [cron('*/5 9-16 * * *'), 96],
  ])('%j has its turns of a day', (own, expected) => {
    const { exposure } = factsFor({ own, verifiedInDay: 3, ...oldest(ago(60 * dayMs)) })
    expect(exposure?.lastDay).toEqual({ expected, verified: 3 })
  })
})

describe('a backup that is late by no fault', () => {
  const old = { verified: [verifiedAt(ago(30 * dayMs))] }
  it.each([
    ['nothing was tried since', { ...old }, true],
    ['the first one is under way', { ...old, later: [tried('running', ago(minuteMs))] }, true],
    ['one has been under way for a whole turn', { ...old, later: [tried('pending', ago(hourMs))] }, false],
    ['one has failed', { ...old, later: [tried('failed', ago(minuteMs))] }, false],
    ['one could not be verified', { ...old, later: [tried('unverified', ago(minuteMs))] }, false],
    ['one was deleted', { ...old, later: [tried('verified', ago(minuteMs))] }, false],
    ['it is due, and was just not begun', { ...old, nextDueAt: ago(minuteMs) }, true],
    ['nobody has begun it for a whole turn', { ...old, nextDueAt: ago(hourMs) }, false],
  ])('%s: excused %s', (_, changes, isExcused) => {
    expect(factsFor(changes).exposure).toMatchObject({ turns: 20, isExcused })
  })
})

test('without any verified one, time counts from the first that was asked for, or due', () => {
  const nothing = { verified: [], later: [tried('failed', ago(minuteMs), 'storage-denied')] }
  expect(factsFor({ ...nothing, firstAskedAt: ago(3 * hourMs) })).toMatchObject({
    exposure: { since: ago(3 * hourMs), turns: 3, isExcused: false },
    failures: { inRow: 1, problem: 'storage-denied' },
  })
  const never = { verified: [], later: [], firstAskedAt: null }
  expect(factsFor({ ...never, nextDueAt: ago(2 * hourMs) }).exposure).toMatchObject({ turns: 2, isExcused: false })
  expect(factsFor({ ...never, nextDueAt: null }).exposure).toBeNull()
})

test('where backups are switched off or have no place to go, it is said which', () => {
  expect(backupFactsOf(rowOf({ isOn: false, targetName: null }), now)).toMatchObject({
    problem: { code: 'backups-off' },
  })
  expect(backupFactsOf(rowOf({ targetName: null }), now)).toMatchObject({ problem: { code: 'no-storage-target' } })
})

test('drills are told by their last verdict, and by why the last one came to none', () => {
  const drill = (state: string, problem: string | null, at: Date) => ({ state, problem, at: stored(at), takenAt: null })
  const { drills } = factsFor({
    own: { drillEveryDays: 3 },
    verdict: drill('disproven', 'live-keys', ago(dayMs)),
    lastDrill: drill('not-proven', 'no-etcd-binary', ago(hourMs)),
    provenAt: ago(9 * dayMs),
  })
  expect(drills).toEqual({
    ...{ everyDays: 3, obstacle: 'no-etcd-binary', provenAt: ago(9 * dayMs), wantedSince: ago(30 * dayMs) },
    verdict: { isProven: false, at: ago(dayMs), problem: 'live-keys', takenAt: null },
  })
})

test('a row that cannot be read hides no other', () => {
  const verified = [{ ...verifiedAt(ago(0)), revision: null }, verifiedAt(ago(hourMs))]
  expect(factsFor({ verified }).verified).toMatchObject([{ takenAt: ago(hourMs), revision: 9n }])
  const size = { takenAt: stored(ago(0)), sizeBytes: '18446744073709551615', keys: '10' }
  const sizes = [{ ...size, keys: null }, size]
  expect(factsFor({ sizes }).sizes).toEqual([{ takenAt: now, sizeBytes: 18_446_744_073_709_551_615n, keys: 10n }])
})

const anything = fc.oneof(
  fc.jsonValue(),
  fc.record({ schedule: fc.record({ kind: fc.constantFrom('interval', 'cron'), seconds: fc.integer() }) }),
  fc.record({ schedule: fc.record({ kind: fc.constant('cron'), expression: fc.constantFrom('0 0 30 2 *', '* * *') }) }),
  fc.record({ drillEveryDays: fc.integer({ min: -1, max: 1 }) }),
)
const someTime = fc.integer({ min: -100, max: 100_000 }).map((minutes) => ago(minutes * minuteMs))

test('whatever is stored of settings and backups, an interval of none among it, every inspection comes to a verdict', () => {
  const rows = fc.record({
    ...{
      own: anything,
      team: anything,
      verified: anything,
      sizes: anything,
      later: anything,
      verdict: anything,
      lastDrill: anything,
    },
    nextDueAt: fc.option(someTime),
    firstAskedAt: fc.option(someTime),
    provenAt: fc.option(someTime),
    verifiedInDay: fc.nat(2_000),
  })
  const ofBackups = inspections.filter(({ feature }) => feature === 'backupcheck')
  expect(ofBackups).toContain(backupFreshness)
  fc.assert(
    fc.property(rows, (changes) => {
      const facts = factsOf({ at: now, backups: backupFactsOf(rowOf(changes), now) })
      for (const inspection of ofBackups) expect(inspection.judge(facts, {})).toHaveLength(1)
    }),
    { numRuns: 500 },
  )
})
