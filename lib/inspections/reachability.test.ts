import { expect, test } from 'vitest'
import { downMember, factsOf, memberOf, notSeen, seen, silent, statusOf } from './healthy-facts.ts'
import { reachability } from './reachability.ts'

const judge = (...members: ReturnType<typeof memberOf>[]) => reachability.judge(factsOf({ members }), {})[0]

test('a member that answers where it says it is is in order', () => {
  expect(judge(memberOf(1n))).toMatchObject({ verdict: 'ok' })
})

test('one that answers only elsewhere cannot be reached by others', () => {
  expect(judge(memberOf(1n, { advertised: silent, address: 'https://192.0.2.1:2379' }))).toMatchObject({
    code: 'advertised-address-unreachable',
    severity: 'warning',
    evidence: {
      member: 'etcd-1',
      address: 'https://192.0.2.1:2379',
      advertised: ['https://10.0.0.1:2379'],
      problem: 'connection-refused',
    },
  })
})

test('one that leads the others lives', () => {
  const others = [memberOf(2n), memberOf(3n)]
  expect(judge(downMember(1n), ...others)).toMatchObject({ code: 'advertised-address-unreachable' })
})

test('one that only a learner names may have died long ago', () => {
  const learner = memberOf(4n, { isLearner: true, status: seen(statusOf(4n, { isLearner: true })) })
  expect(judge(downMember(1n), learner)).toMatchObject({ verdict: 'unknown', reason: 'member-silent' })
})

test('one that nobody hears of may as well be down', () => {
  const other = memberOf(2n, { status: seen(statusOf(2n, { leaderId: 2n })) })
  expect(judge(downMember(1n), other)).toMatchObject({ verdict: 'unknown', reason: 'member-silent' })
})

test.each([
  ['address-denied', undefined],
  ['name-unknown', undefined],
  ['no-usable-address', undefined],
  ['etcd-unavailable', 'name-unknown'],
] as const)('an address that is of no use is found, whether the member lives or not: %s', (code, reason) => {
  const advertised = notSeen(code, reason)
  expect(judge(downMember(1n, { advertised }))).toMatchObject({ code: 'advertised-address-unusable' })
})

test('a member that advertises nothing has no address to name', () => {
  const member = downMember(1n, { clientUrls: [], advertised: notSeen('no-usable-address') })
  expect(judge(member)).toMatchObject({ evidence: { advertised: 'none' } })
})

test.each(['not-asked', 'not-collected-yet', 'outdated'] as const)('nothing is held against what was %s', (code) => {
  expect(judge(memberOf(1n, { advertised: notSeen(code) }))).toMatchObject({ verdict: 'unknown', reason: code })
})

test('a member that has not started yet is silent', () => {
  expect(judge(downMember(9n, { name: '', advertised: notSeen('not-started') }))).toMatchObject({
    verdict: 'unknown',
    evidence: { members: '9' },
  })
})
