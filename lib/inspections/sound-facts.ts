import type { EtcdHeader } from '#lib/etcd/header.ts'
import { dayMs, minuteMs } from '#lib/time.ts'
import type { ClusterFacts, Fact, MemberFacts, Problem } from './facts.ts'
import { isSeen, seenValue } from './facts.ts'

/** What changes by the second is part of this collection or says nothing; a minute allows for a slow way. Our own choice. */
const sameLookMs = minuteMs
/** What is read once a day may be late by a day. Our own choice. */
const dailyMs = 2 * dayMs
/** What is further ahead than a collection lasts was told by a clock that has been put right since. */
const aheadMs = minuteMs

/**
 * The facts without what is no evidence, which becomes a problem: `outdated` is what is too old to say how things are, and
 * `another-answered` what did not come from the member asked, as behind a balancer.
 */
export function soundFacts(facts: ClusterFacts): ClusterFacts {
  const daily = <Value>(fact: Fact<Value>) => checkAge(facts, fact, dailyMs)
  const now = <Value>(fact: Fact<Value>) => checkAge(facts, fact, sameLookMs)
  const checkMember = (member: MemberFacts): MemberFacts => ({
    ...member,
    advertised: now(member.advertised),
    status: checkSender(facts, member, now(member.status)),
    memberList: now(member.memberList),
    hash: checkSender(facts, member, daily(member.hash)),
    serverCertificate: daily(member.serverCertificate),
  })
  return {
    ...facts,
    list: now(facts.list),
    members: facts.members.map(checkMember),
    admission: now(facts.admission),
    alarms: now(facts.alarms),
    clientCertificate: daily(facts.clientCertificate),
    keys: daily(facts.keys),
    quota: daily(facts.quota),
  }
}

function checkAge<Value>({ at }: ClusterFacts, fact: Fact<Value>, ageMaxMs: number): Fact<Value> {
  const ageMs = at.getTime() - fact.at.getTime()
  return isSeen(fact) && (ageMs > ageMaxMs || ageMs < -aheadMs) ? withProblem(fact, { code: 'outdated' }) : fact
}

function checkSender<Value extends { readonly header: EtcdHeader }>(
  { list }: ClusterFacts,
  { id }: MemberFacts,
  fact: Fact<Value>,
): Fact<Value> {
  if (!isSeen(fact)) return fact
  const { memberId, clusterId } = fact.value.header
  const isOwn = memberId === id && clusterId === (seenValue(list)?.clusterId ?? clusterId)
  return isOwn ? fact : withProblem(fact, { code: 'another-answered' })
}

function withProblem<Value>({ at }: Fact<Value>, problem: Problem): Fact<Value> {
  return { at, problem }
}
