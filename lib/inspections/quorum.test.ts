import { describe, expect, test } from 'vitest'
import { minuteMs, secondMs } from '#lib/time.ts'
import type { MemberFacts } from './facts.ts'
import {
  ago,
  downMember,
  factsOf,
  lookedAt,
  memberOf,
  noHistory,
  notSeen,
  seen,
  silent,
  statusOf,
} from './healthy-facts.ts'
import { quorum } from './quorum.ts'

const judge = (members: MemberFacts[], settings = {}) => quorum.judge(factsOf({ members }), settings)[0]
const leaderless = (id: bigint, isLearner = false) =>
  memberOf(id, { isLearner, status: seen(statusOf(id, { leaderId: 0n })) })
const unseen = (id: bigint, isLearner = false) =>
  memberOf(id, { isLearner, address: null, status: notSeen('etcd-tls-failed') })
const notAskedAgain = (id: bigint) => downMember(id, { status: notSeen('not-asked') })
const learner = (id: bigint) => memberOf(id, { isLearner: true })

describe('members and quorum', () => {
  test.each<[string, MemberFacts[], string]>([
    ['one member that answers', [memberOf(1n)], 'ok'],
    ['one member that does not', [downMember(1n)], 'nobody-answers warning'],
    ['two members', [memberOf(1n), memberOf(2n)], 'ok'],
    ['one of two, which has stopped leading', [leaderless(1n), downMember(2n)], 'quorum-lost critical'],
    ['all of three', [memberOf(1n), memberOf(2n), memberOf(3n)], 'ok'],
    ['two of three', [memberOf(1n), memberOf(2n), downMember(3n)], 'quorum-at-risk warning'],
    ['four of five', [1n, 2n, 3n, 4n].map((id) => memberOf(id)).concat(downMember(5n)), 'quorum-degraded warning'],
    [
      'three of five',
      [memberOf(1n), memberOf(2n), memberOf(3n), downMember(4n), downMember(5n)],
      'quorum-at-risk warning',
    ],
    ['one of three that knows no leader', [leaderless(1n), downMember(2n), downMember(3n)], 'quorum-lost critical'],
    ['one of three that follows a leader', [memberOf(2n), downMember(1n), downMember(3n)], 'quorum-not-seen warning'],
    ['none of three', [downMember(1n), downMember(2n), downMember(3n)], 'nobody-answers warning'],
    [
      'none of three, one of which cannot be asked',
      [downMember(1n), unseen(2n), downMember(3n)],
      'nobody-answers warning',
    ],
    ['none of three, most of which cannot be asked', [downMember(1n), unseen(2n), unseen(3n)], 'call-failed'],
    ['none of three, none of which can be asked', [unseen(1n), unseen(2n), unseen(3n)], 'call-failed'],
    [
      'none of three, most of which were down before, and not asked for want of time',
      [downMember(1n), notAskedAgain(2n), memberOf(3n, { status: notSeen('not-asked') })],
      'nobody-answers warning',
    ],
    [
      'one of three that knows no leader, and a learner that still names the one that died',
      [leaderless(2n), downMember(1n), downMember(3n), learner(4n)],
      'quorum-lost critical',
    ],
    [
      'a majority that knows no leader, and a learner that still names one',
      [leaderless(2n), leaderless(3n), downMember(1n), learner(4n)],
      'no-leader warning',
    ],
    ['a majority without a leader', [leaderless(1n), leaderless(2n), leaderless(3n)], 'no-leader warning'],
    [
      'a majority without a leader, while one cannot be asked',
      [leaderless(1n), leaderless(2n), unseen(3n)],
      'no-leader warning',
    ],
    ['one without a leader, while two cannot be asked', [leaderless(1n), unseen(2n), unseen(3n)], 'call-failed'],
    ['one without a leader, one down, one not asked', [leaderless(1n), downMember(2n), unseen(3n)], 'call-failed'],
    ['all voters, but not the learner', [memberOf(1n), downMember(2n, { isLearner: true })], 'learner-away info'],
    ['all voters and a learner', [memberOf(1n), memberOf(2n), memberOf(3n), learner(4n)], 'ok'],
    ['a learner alone: it does not vote', [downMember(1n), learner(2n)], 'nobody-answers warning'],
    [
      'a member that was added and never started',
      [memberOf(1n), memberOf(2n), memberOf(3n, { name: '', status: notSeen('not-started') })],
      'quorum-at-risk warning',
    ],
    ['nobody listed', [], 'not-collected-yet'],
  ])('%s', (_when, members, expected) => {
    const judged = judge(members)
    const said = {
      ok: () => 'ok',
      unknown: () => judged?.verdict === 'unknown' && judged.reason,
      finding: () => judged?.verdict === 'finding' && `${judged.code} ${judged.severity}`,
    }
    expect(judged && said[judged.verdict]()).toBe(expected)
  })

  test('without a list the members known before are judged', () => {
    const members = [downMember(1n), downMember(2n), downMember(3n)]
    expect(quorum.judge(factsOf({ list: silent }), {})).toMatchObject([{ verdict: 'ok' }])
    expect(quorum.judge(factsOf({ list: silent, members }), {})).toMatchObject([{ code: 'nobody-answers' }])
  })

  test('without a list, and no members known before, nobody knows who votes', () => {
    const list = notSeen('etcd-permission-denied')
    expect(quorum.judge(factsOf({ list, members: [] }), {})).toMatchObject([
      { verdict: 'unknown', reason: 'not-let-in' },
    ])
  })

  test('a cluster none of whose members answers is told of with how many there are, and is not called lost', () => {
    expect(judge([downMember(1n), downMember(2n), unseen(3n)])).toMatchObject({
      severity: 'warning',
      evidence: { up: 0, total: 3, needed: 2, down: 'etcd-1, etcd-2', unseen: 'etcd-3', since: lookedAt.toISOString() },
    })
  })

  test.each([
    [20 * minuteMs, 'critical'],
    [20 * minuteMs - 1, 'warning'],
  ])('most of them silent for %d ms, and nobody answering, is %s', (lasted, severity) => {
    const since = ago(30 * minuteMs)
    const members = [
      downMember(1n, { downSince: since }),
      downMember(2n, { downSince: ago(lasted) }),
      downMember(3n, { downSince: ago(minuteMs) }),
    ]
    expect(judge(members)).toMatchObject({ code: 'nobody-answers', severity, evidence: { since: since.toISOString() } })
  })

  test('names those that are down apart from those that could not be looked at', () => {
    expect(judge([memberOf(1n), memberOf(2n), memberOf(3n), downMember(4n), unseen(5n)])).toMatchObject({
      evidence: { up: 3, total: 5, needed: 3, down: 'etcd-4', unseen: 'etcd-5' },
    })
  })

  test.each([
    [20 * minuteMs, 'critical'],
    [20 * minuteMs - 1, 'warning'],
  ])('at the edge for %d ms is %s', (lasted, severity) => {
    const since = ago(lasted)
    expect(judge([memberOf(1n), memberOf(2n), downMember(3n, { downSince: since })])).toMatchObject({
      severity,
      evidence: { since: since.toISOString() },
    })
  })

  test('an own limit holds in place of the default', () => {
    const members = [memberOf(1n), memberOf(2n), downMember(3n, { downSince: ago(minuteMs) })]
    expect(judge(members, { downCriticalMinutes: 1 })).toMatchObject({ severity: 'critical' })
  })

  test('never critical while the missing one may live', () => {
    const members = [memberOf(1n), memberOf(2n), unseen(3n)]
    expect(judge(members)).toMatchObject({ code: 'quorum-at-risk', severity: 'warning', evidence: { down: 'none' } })
  })

  test.each([
    [60 * secondMs, 'critical'],
    [60 * secondMs - 1, 'warning'],
  ])('without a leader for %d ms is %s', (lasted, severity) => {
    const at = ago(lasted)
    const history = { ...noHistory, leaderships: [...noHistory.leaderships, { at, leaderId: 0n, raftTerm: 4n }] }
    const members = [leaderless(1n), leaderless(2n), downMember(3n, { status: silent })]
    const [judged] = quorum.judge(factsOf({ members, history }), {})
    expect(judged).toMatchObject({ code: 'no-leader', severity, evidence: { since: at.toISOString() } })
  })
})
