import { expect, test } from 'vitest'
import { dayMs, hourMs } from '#lib/time.ts'
import { backupFreshness } from './backup-freshness.ts'
import type { Exposure } from './facts.ts'
import { ago, backupsOf, factsOf, notSeen, seen } from './healthy-facts.ts'

function exposed(turns: number, changes: Partial<Exposure> = {}): Exposure {
  const lastDay = turns === 0 ? null : { expected: 24, verified: 24 - turns }
  return { since: ago(turns * hourMs), turns, isExcused: false, lastDay, ...changes }
}

function judge(changes: Parameters<typeof backupsOf>[0], settings = {}) {
  return backupFreshness.judge(factsOf({ backups: seen(backupsOf(changes)) }), settings)[0]
}

test.each([
  [0, undefined],
  [1, undefined],
  [2, 'warning'],
  [3, 'critical'],
  [20, 'critical'],
])('%d turns after the newest verified backup: %s', (turns, severity) => {
  const judged = judge({ exposure: exposed(turns) })
  expect(judged).toMatchObject(severity ? { code: 'backup-late', severity } : { verdict: 'ok' })
})

test.each([
  [1, undefined],
  [2, 'warning'],
  [3, 'critical'],
])('with no verified backup %d turns after the first try: %s', (turns, severity) => {
  const judged = judge({ verified: [], exposure: exposed(turns) })
  const waits = { verdict: 'unknown', reason: 'no-backup-due-yet' }
  expect(judged).toMatchObject(severity ? { code: 'backup-never', severity, evidence: { newest: 'none' } } : waits)
})

test('what was switched on a moment ago is not late, however old its backups are', () => {
  expect(judge({ exposure: exposed(20, { isExcused: true }) })).toMatchObject({ reason: 'no-backup-due-yet' })
  expect(judge({ verified: [], exposure: null })).toMatchObject({ reason: 'no-backup-due-yet' })
})

test('tells how many of a day came, and what the last ones failed of', () => {
  const failures = { inRow: 2, problem: 'storage-denied' }
  expect(judge({ exposure: exposed(2), failures, everySeconds: 3_600 })).toMatchObject({
    evidence: {
      ...{ everyMinutes: 60, allowed: 2, verifiedInDay: 22, expectedInDay: 24, failures: 2, problem: 'storage-denied' },
      ...{ since: ago(2 * hourMs).toISOString(), newest: ago(hourMs / 2).toISOString() },
    },
  })
})

test('says the same while nothing changes but the time: no page is told anew', () => {
  const later = (turns: number, at: Date) => ({
    ...factsOf({ at, backups: seen(backupsOf({ exposure: exposed(turns, { since: ago(dayMs) }) })) }),
  })
  expect(backupFreshness.judge(later(5, ago(hourMs / 2)), {})).toEqual(backupFreshness.judge(later(5, ago(0)), {}))
})

test('own limits hold in place of the defaults, and never cross', () => {
  const limits = { warningIntervals: 5, criticalIntervals: 6 }
  expect(judge({ exposure: exposed(4) }, limits)).toMatchObject({ verdict: 'ok' })
  expect(judge({ exposure: exposed(5) }, limits)).toMatchObject({ severity: 'warning' })
  expect(() => judge({}, { warningIntervals: 4 })).toThrow('threshold-out-of-order')
})

test.each(['backups-off', 'no-storage-target'] as const)(
  'where backups are not wanted (%s) nothing is said',
  (code) => {
    expect(backupFreshness.judge(factsOf({ backups: notSeen(code) }), {})).toMatchObject([
      { verdict: 'unknown', reason: code },
    ])
  },
)
