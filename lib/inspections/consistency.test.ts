import { describe, expect, test } from 'vitest'
import { minuteMs } from '#lib/time.ts'
import { consistency } from './consistency.ts'
import type { MemberFacts, MemberHash } from './facts.ts'
import {
  ago,
  downMember,
  factsOf,
  hashOf,
  lookedAt,
  memberOf,
  noHistory,
  notSeen,
  seen,
  statusOf,
} from './healthy-facts.ts'

const judge = (members: MemberFacts[], history = noHistory) => consistency.judge(factsOf({ members, history }), {})[0]
const hashed = (id: bigint, changes: Partial<MemberHash> = {}, at = lookedAt) =>
  memberOf(id, { hash: seen(hashOf(id, changes), at) })
const without = (id: bigint, code: 'etcd-needs-root' | 'etcd-unsupported' | 'etcd-compacted' = 'etcd-needs-root') =>
  memberOf(id, { hash: notSeen(code) })

describe('the data of the members', () => {
  test('is the same where all voters were compared', () => {
    expect(judge([hashed(1n), hashed(2n), hashed(3n)])).toMatchObject({ verdict: 'ok' })
  })

  test('of one member is compared with nothing', () => {
    expect(judge([hashed(1n)])).toMatchObject({ verdict: 'unknown', reason: 'nothing-to-compare' })
  })

  test.each([
    ['revisions', { revision: 481n, hash: 1 }],
    ['compact revisions', { compactRevision: 401n, hash: 1 }],
    ['hash revisions', { hashRevision: 479n, hash: 1 }],
    ['ways of hashing', { hashRevision: undefined, hash: 1 }],
  ])('is not compared over different %s, never a finding', (_what, changes) => {
    expect(judge([hashed(1n), hashed(2n), hashed(3n, changes)])).toMatchObject({
      verdict: 'unknown',
      reason: 'not-comparable',
    })
  })

  test('needs the role root', () => {
    expect(judge([without(1n), without(2n), without(3n)])).toMatchObject({ verdict: 'unknown', reason: 'needs-root' })
  })

  test('is not proven by one hash alone', () => {
    expect(judge([hashed(1n), without(2n, 'etcd-unsupported'), downMember(3n)])).toMatchObject({
      verdict: 'unknown',
      reason: 'version-too-old',
      evidence: { members: 'etcd-2, etcd-3' },
    })
  })

  test('is not proven while a voter is silent, though the others agree', () => {
    expect(judge([hashed(1n), hashed(2n), downMember(3n)])).toMatchObject({
      verdict: 'unknown',
      reason: 'member-silent',
      evidence: { members: 'etcd-3' },
    })
  })

  test('asks no learner', () => {
    const learner = memberOf(4n, { isLearner: true, hash: seen(hashOf(4n, { hash: 7 })) })
    expect(judge([hashed(1n), hashed(2n), learner])).toMatchObject({ verdict: 'ok' })
  })
})

describe('data that differs', () => {
  test('is told with the majority, the minority and every hash', () => {
    const odd = memberOf(3n, {
      hash: seen(hashOf(3n, { hash: 0x1234 })),
      status: seen(statusOf(3n, { version: '3.5.9' })),
    })
    expect(judge([hashed(1n), hashed(2n), odd])).toMatchObject({
      code: 'hashes-differ',
      severity: 'warning',
      evidence: {
        times: 1,
        comparedAt: lookedAt.toISOString(),
        revision: '480',
        compactRevision: '400',
        majority: 'etcd-1, etcd-2',
        minority: 'etcd-3',
        hashes: ['etcd-1: abcd (etcd 3.6.14)', 'etcd-2: abcd (etcd 3.6.14)', 'etcd-3: 1234 (etcd 3.5.9)'],
        unasked: 'none',
      },
    })
  })

  test.each<[string, MemberFacts[], string]>([
    ['two members', [hashed(1n), hashed(2n, { hash: 1 })], 'none'],
    ['two of three', [hashed(1n), hashed(2n, { hash: 1 }), downMember(3n)], 'etcd-3'],
    ['three that all differ', [hashed(1n), hashed(2n, { hash: 1 }), hashed(3n, { hash: 2 })], 'none'],
    [
      'two against one of five voters',
      [hashed(1n), hashed(2n), hashed(3n, { hash: 1 }), downMember(4n), downMember(5n)],
      'etcd-4, etcd-5',
    ],
  ])('of %s has no majority, and no side is called right', (_when, members, unasked) => {
    expect(judge(members)).toMatchObject({ evidence: { majority: 'none', minority: 'none', unasked } })
  })

  test('is found among those that compare, and the others are named', () => {
    const members = [hashed(1n), hashed(2n, { hash: 1 }), hashed(3n, { compactRevision: 1n })]
    expect(judge(members)).toMatchObject({ severity: 'warning', evidence: { unasked: 'etcd-3' } })
  })

  const taken = (minutes: number) => [hashed(1n, {}, ago(minutes * minuteMs)), hashed(2n, { hash: 1 }, lookedAt)]

  test('is a warning for as long as it is the same comparison', () => {
    const history = { ...noHistory, hashDifference: { comparedAt: ago(3 * minuteMs), times: 1 } }
    expect(judge(taken(3), history)).toMatchObject({ severity: 'warning', evidence: { times: 1 } })
  })

  test('is critical when all hashes were taken again and differ, also at the same revision', () => {
    const history = { ...noHistory, hashDifference: { comparedAt: ago(13 * minuteMs), times: 1 } }
    expect(judge(taken(3), history)).toMatchObject({ severity: 'critical', evidence: { times: 2 } })
  })

  test('stays critical between comparisons', () => {
    const history = { ...noHistory, hashDifference: { comparedAt: ago(3 * minuteMs), times: 2 } }
    expect(judge(taken(3), history)).toMatchObject({ severity: 'critical', evidence: { times: 2 } })
  })
})
