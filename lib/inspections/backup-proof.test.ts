import { expect, test } from 'vitest'
import { dayMs } from '#lib/time.ts'
import { backupProof } from './backup-proof.ts'
import type { DrillFacts } from './facts.ts'
import { ago, backupsOf, factsOf, seen } from './healthy-facts.ts'

function judge(changes: Partial<DrillFacts>, settings = {}) {
  const drills = { ...backupsOf().drills, ...changes }
  return backupProof.judge(factsOf({ backups: seen(backupsOf({ drills })) }), settings)[0]
}

test.each([
  [13, { verdict: 'ok' }],
  [14, { code: 'backup-unproven', severity: 'info' }],
  [27, { severity: 'info' }],
  [28, { severity: 'warning' }],
])('proven %d days ago, with a drill every week', (days, expected) => {
  expect(judge({ provenAt: ago(days * dayMs) })).toMatchObject(expected)
})

test.each([
  [13, { verdict: 'unknown', reason: 'no-drill-yet' }],
  [14, { severity: 'info', evidence: { provenAt: 'none', everyDays: 7 } }],
  [28, { severity: 'warning' }],
])('never proven, with backups for %d days', (days, expected) => {
  expect(judge({ verdict: null, provenAt: null, wantedSince: ago(days * dayMs) })).toMatchObject(expected)
})

test('without any backup there is nothing to prove', () => {
  expect(judge({ verdict: null, provenAt: null, wantedSince: null })).toMatchObject({ reason: 'no-drill-yet' })
})

test('a backup that a drill has disproven is critical, though others were proven before', () => {
  const verdict = { isProven: false, at: ago(0), problem: 'live-keys', takenAt: ago(dayMs) }
  expect(judge({ verdict })).toMatchObject({
    ...{ code: 'backup-disproven', severity: 'critical' },
    evidence: { problem: 'live-keys', takenAt: ago(dayMs).toISOString() },
  })
})

test.each([
  ['no-etcd-binary', 'binary'],
  ['timed-out', 'other'],
  [null, 'none'],
])('says why the last drill proved nothing: %s', (problem, obstacle) => {
  const found = judge({ provenAt: ago(20 * dayMs), obstacle: problem })
  expect(found).toMatchObject({ evidence: { obstacle, problem: problem ?? 'none' } })
})
