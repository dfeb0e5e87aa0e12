import { expect, test } from 'vitest'
import type { BackupDetailView } from '#lib/contracts/backup-catalogue.ts'
import { checksOf } from './checks-of.ts'

type State = BackupDetailView['state']

const outcomesOf = (state: State, problem: string | null = null) =>
  checksOf({ state, problem }).map(({ outcome }) => outcome)

test.each<[State, string | null, string[]]>([
  ['verified', null, ['pass', 'pass', 'pass', 'pass']],
  ['missing', null, ['pass', 'pass', 'pass', 'fail']],
  ['unverified', 'live-count-unavailable', ['pass', 'unknown', 'pass', 'pass']],
  ['unverified', 'live-count-differs', ['pass', 'fail', 'pass', 'pass']],
  ['unverified', 'drill-disproven', ['pass', 'pass', 'pass', 'fail']],
  ['failed', 'snapshot-damaged', ['fail', 'waiting', 'waiting', 'waiting']],
  ['failed', 'storage-denied', ['waiting', 'waiting', 'fail', 'waiting']],
  ['failed', 'etcd-needs-root', ['waiting', 'waiting', 'waiting', 'waiting']],
  ['running', null, ['waiting', 'waiting', 'waiting', 'waiting']],
])('%s with %s: %j', (state, problem, outcomes) => {
  expect(outcomesOf(state, problem)).toEqual(outcomes)
})

test('nothing but a verified backup passes every check', () => {
  for (const state of ['pending', 'running', 'unverified', 'failed', 'missing'] as const) {
    expect(outcomesOf(state).every((outcome) => outcome === 'pass')).toBe(false)
  }
})
