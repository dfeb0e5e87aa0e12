import { expect, test } from 'vitest'
import { minuteMs } from '#lib/time.ts'
import { nextHistory } from './collect/history.ts'
import type { MemberFacts, OwnList } from './facts.ts'
import {
  ago,
  downMember,
  factsOf,
  listOf,
  lookedAt,
  memberOf,
  noHistory,
  notSeen,
  sampleClusterId,
  seen,
} from './healthy-facts.ts'
import { membership } from './membership.ts'

const judge = (members: MemberFacts[], changes = {}) => membership.judge(factsOf({ members, ...changes }), {})[0]
const believing = (id: bigint, list: OwnList) => memberOf(id, { memberList: seen(list) })
const three = listOf(3)

test.each<[string, MemberFacts[]]>([
  ['one member', [believing(1n, listOf(1))]],
  ['all of three', [believing(1n, three), believing(2n, three), believing(3n, three)]],
  [
    'lists in another order',
    [believing(1n, three), believing(2n, { ...three, members: three.members.toReversed() }), believing(3n, three)],
  ],
  [
    'a learner that does not tell',
    [
      believing(1n, three),
      believing(2n, three),
      memberOf(3n, { isLearner: true, memberList: notSeen('etcd-learner') }),
    ],
  ],
])('%s that agree are in order', (_when, members) => {
  expect(judge(members)).toMatchObject({ verdict: 'ok' })
})

test('a name or a client address that spreads later is no difference', () => {
  const members = three.members.map((one) => ({ ...one, name: '', clientUrls: [] }))
  expect(judge([believing(1n, three), believing(2n, { ...three, members })])).toMatchObject({ verdict: 'ok' })
})

test.each<[string, OwnList]>([
  ['a member too many', listOf(4)],
  ['a member too few', listOf(2)],
  ['another role', { ...three, members: three.members.map((one) => ({ ...one, isLearner: one.id === 3n })) }],
  [
    'another peer address',
    { ...three, members: three.members.map((one) => ({ ...one, peerUrls: ['http://x:2380'] })) },
  ],
])('%s differs, though the member answers', (_what, list) => {
  expect(judge([believing(1n, three), believing(2n, three), believing(3n, list)])).toMatchObject({
    code: 'member-lists-differ',
    severity: 'warning',
    evidence: { since: lookedAt.toISOString() },
  })
})

test('lists differ for the first time only once', () => {
  const members = [believing(1n, three), believing(2n, listOf(2)), believing(3n, three)]
  const first = nextHistory(noHistory, { at: lookedAt, members }, null)
  expect(judge(members, { history: first })).toMatchObject({
    severity: 'warning',
    evidence: { since: lookedAt.toISOString() },
  })
  const at = new Date(lookedAt.getTime() + minuteMs)
  const second = nextHistory(first, { at, members }, null)
  expect(judge(members, { at, history: second })).toMatchObject({
    severity: 'critical',
    evidence: { since: lookedAt.toISOString() },
  })
})

test('lists that differ a second time are critical, and told by who believes what', () => {
  const listsDifferSince = ago(minuteMs)
  const members = [believing(1n, listOf(2)), believing(2n, listOf(2)), believing(3n, three), downMember(4n)]
  expect(judge(members, { history: { ...noHistory, listsDifferSince } })).toMatchObject({
    severity: 'critical',
    evidence: {
      since: listsDifferSince.toISOString(),
      lists: [
        'etcd-1, etcd-2 → etcd-1 (https://10.0.0.1:2380), etcd-2 (https://10.0.0.2:2380)',
        expect.stringMatching(/^etcd-3 → etcd-1 .*, etcd-2 .*, etcd-3 /),
      ],
    },
  })
})

test('members of two clusters are critical at once', () => {
  expect(judge([believing(1n, three), believing(2n, listOf(3, 0xbadn)), believing(3n, three)])).toMatchObject({
    code: 'cluster-ids-differ',
    severity: 'critical',
    evidence: { clusters: ['c0ffee: etcd-1, etcd-3', 'bad: etcd-2'] },
  })
})

test('another cluster than before is critical at once', () => {
  expect(judge([believing(1n, three)], { expectedClusterId: 0xbadn })).toMatchObject({
    code: 'cluster-replaced',
    evidence: { expected: 'bad', found: sampleClusterId.toString(16) },
  })
})

test('a cluster that nothing was expected of is not another one', () => {
  expect(judge([believing(1n, three)], { expectedClusterId: null })).toMatchObject({ verdict: 'ok' })
})

test('a silent voter may believe anything', () => {
  expect(judge([believing(1n, three), believing(2n, three), downMember(3n)])).toMatchObject({
    verdict: 'unknown',
    reason: 'member-silent',
    evidence: { members: 'etcd-3' },
  })
})
