import { expect, test } from 'vitest'
import { emptyErrandBook } from '#lib/inspections/collect/memory.ts'
import type { MemberFacts } from '#lib/inspections/facts.ts'
import { downMember, factsOf, memberOf, seen, statusOf } from '#lib/inspections/healthy-facts.ts'
import { stateOf } from '#lib/services/clusters/seen.ts'
import { seenInFacts } from './seen-in-facts.ts'

const look = (members: MemberFacts[]) =>
  seenInFacts({
    facts: factsOf({ members }),
    lastStatus: {},
    errands: emptyErrandBook,
    toldBy: null,
    refusal: null,
    isAnswered: true,
  })

test('who leads is told by voters: a learner goes on naming a leader that died', () => {
  const leaderless = memberOf(2n, { status: seen(statusOf(2n, { leaderId: 0n })) })
  const learner = memberOf(4n, { isLearner: true, status: seen(statusOf(4n, { isLearner: true })) })
  const seenNow = look([learner, downMember(1n), leaderless, downMember(3n)])
  expect(seenNow.leader).toBeNull()
  expect(stateOf(seenNow)).toBe('no-quorum')
  expect(look([learner, downMember(1n), memberOf(2n)]).leader).toBe('etcd-1')
})
