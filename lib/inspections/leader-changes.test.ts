import { expect, test } from 'vitest'
import { hourMs, minuteMs } from '#lib/time.ts'
import type { Leadership } from './facts.ts'
import { ago, factsOf, noHistory } from './healthy-facts.ts'
import { leaderChanges } from './leader-changes.ts'

const before: Leadership = { at: ago(30 * 24 * hourMs), leaderId: 1n, raftTerm: 3n }

/** One change of leader at each of these times before the look. */
function judge(timesMs: number[], settings = {}) {
  const later = timesMs.map((ms, index) => ({
    at: ago(ms),
    leaderId: BigInt(2 + (index % 2)),
    raftTerm: BigInt(4 + index),
  }))
  return judgeLeaderships([before, ...later], settings)
}

function judgeLeaderships(leaderships: Leadership[], settings = {}) {
  return leaderChanges.judge(factsOf({ history: { ...noHistory, leaderships } }), settings)[0]
}

test('one leader all the time is in order', () => {
  expect(judge([])).toMatchObject({ verdict: 'ok' })
})

test('nothing seen yet is no good sign', () => {
  expect(judgeLeaderships([])).toMatchObject({ verdict: 'unknown', reason: 'not-collected-yet' })
})

test('two changes within an hour are an upgrade', () => {
  expect(judge([50 * minuteMs, minuteMs])).toMatchObject({ verdict: 'ok' })
})

test.each([
  [hourMs, 'finding'],
  [hourMs + 1, 'ok'],
])('the third counts up to an hour ago: %d ms', (ms, verdict) => {
  expect(judge([ms, 20 * minuteMs, 18 * minuteMs])).toMatchObject({ verdict })
})

test('three within an hour are too often by our own choice', () => {
  expect(judge([50 * minuteMs, 40 * minuteMs, 30 * minuteMs])).toMatchObject({
    severity: 'warning',
    source: 'kstone',
    evidence: { changes: 3, minutes: 60, allowed: 3, leader: 'etcd-2' },
  })
})

test('four within a quarter of an hour are too often by the alert of etcd', () => {
  expect(judge([14 * minuteMs, 10 * minuteMs, 5 * minuteMs, minuteMs])).toMatchObject({
    source: 'etcd-mixin',
    evidence: { changes: 4, minutes: 15, allowed: 4 },
  })
})

test('the same leader in a later term was elected anew', () => {
  const terms = [4n, 5n, 6n].map((raftTerm) => ({ at: ago(minuteMs), leaderId: 1n, raftTerm }))
  expect(judgeLeaderships([before, ...terms])).toMatchObject({ evidence: { changes: 3, leader: 'etcd-1' } })
})

test('a time without a leader is no change, and the same leader in the same term neither', () => {
  const gaps = [1, 2, 3, 4].flatMap((minute) => [
    { at: ago(minute * minuteMs), leaderId: 0n, raftTerm: 3n },
    { at: ago(minute * minuteMs - 1), leaderId: 1n, raftTerm: 3n },
  ])
  expect(judgeLeaderships([before, ...gaps])).toMatchObject({ verdict: 'ok' })
})

test('an own limit holds in place of the default', () => {
  expect(judge([minuteMs], { perHour: 1 })).toMatchObject({ verdict: 'finding' })
  expect(
    judge(
      [14, 10, 5, 1].map((minute) => minute * minuteMs),
      { perHour: 10, perQuarterHour: 5 },
    ),
  ).toMatchObject({
    verdict: 'ok',
  })
})
