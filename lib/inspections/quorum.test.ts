import { describe, expect, test } from 'vitest'
import { minuteMs, secondMs } from '#lib/time.ts'
import type { MemberFacts } from './facts.ts'
import { ago, downMember, factsOf, memberOf, noHistory, notSeen, seen, silent, statusOf } from './healthy-facts.ts'
import { quorum } from './quorum.ts'

const judge = (members: MemberFacts[], settings = {}) => quorum.judge(factsOf({ members }), settings)[0]
const leaderless = (id: bigint, isLearner = false) =>
  memberOf(id, { isLearner, status: seen(statusOf(id, { leaderId: 0n })) })
const unseen = (id: bigint, isLearner = false) =>
  memberOf(id, { isLearner, address: null, status: notSeen('etcd-tls-failed') })
const learner = (id: bigint) => memberOf(id, { isLearner: true })

describe('members and quorum', () => {
  test.each<[string, MemberFacts[], string]>([
    ['one member that answers', [memberOf(1n)], 'ok'],
    ['one member that does not', [downMember(1n)], 'member-silent'],
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
    ['none of three', [downMember(1n), downMember(2n), downMember(3n)], 'member-silent'],
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
    ['a learner alone: it does not vote', [downMember(1n), learner(2n)], 'member-silent'],
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

  test('the list is needed: nobody knows who votes without it', () => {
    const list = notSeen('etcd-permission-denied')
    expect(quorum.judge(factsOf({ list }), {})).toMatchObject([{ verdict: 'unknown', reason: 'not-let-in' }])
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
