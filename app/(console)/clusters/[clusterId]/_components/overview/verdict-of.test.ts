import { expect, test } from 'vitest'
import { downMember, factsOf, memberOf, notSeen } from '#lib/inspections/healthy-facts.ts'
import { quorum } from '#lib/inspections/quorum.ts'
import { unseenIn } from './verdict-of.ts'

function verdictOn(...others: ReturnType<typeof memberOf>[]) {
  const [judged] = quorum.judge(factsOf({ members: [memberOf(1n), memberOf(2n), ...others] }), {})
  return judged?.verdict === 'finding' ? { ...judged, evidence: { ...judged.evidence } } : expect.fail('a finding')
}

test('members that could not be looked at are named', () => {
  const unseen = { status: notSeen('etcd-tls-failed') }
  expect(unseenIn({ verdict: verdictOn(memberOf(3n, unseen)) })).toBe('etcd-3')
  expect(unseenIn({ verdict: verdictOn(memberOf(3n, unseen), memberOf(4n, unseen)) })).toBe('etcd-3, etcd-4')
})

test('nobody is named where it is known of all of them', () => {
  expect(unseenIn({ verdict: verdictOn(downMember(3n)) })).toBeUndefined()
  expect(unseenIn({ verdict: null })).toBeUndefined()
})
