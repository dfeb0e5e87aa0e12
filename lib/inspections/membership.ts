import { z } from 'zod'
import { couldNotTellWithout, namesOf } from './could-not-tell.ts'
import type { ClusterFacts, ListedMember, MemberFacts, OwnList } from './facts.ts'
import { hexId, nameOf, seenValue, votersOf } from './facts.ts'
import type { Judgement } from './inspection.ts'
import { defineInspection, theCluster } from './inspection.ts'

const codes = {
  'cluster-replaced': { source: 'kstone', evidence: ['expected', 'found'] },
  'cluster-ids-differ': { source: 'etcd', evidence: ['clusters'] },
  'member-lists-differ': { source: 'etcd-diagnosis', evidence: ['lists', 'since'] },
} as const

/**
 * Whether all voters believe in the same cluster with the same members. A list that differs for one collection can be a change
 * under way; a second one is members that came back or were never taken in (etcd-io/etcd 19557, 20967). Learners do not tell.
 */
export const membership = defineInspection({
  id: 'membership',
  feature: 'consistency',
  scope: 'cluster',
  needs: ['list', 'members.memberList'],
  settings: z.object({}),
  codes,
  judge: (facts) => [judgeMembership(facts, facts.list.value.clusterId)],
})

interface View {
  readonly member: MemberFacts
  readonly list: OwnList
}

function judgeMembership(facts: ClusterFacts, clusterId: bigint): Judgement<typeof codes> {
  const finding = { subject: theCluster, verdict: 'finding', severity: 'critical' } as const
  const { expectedClusterId: expected, at, history } = facts
  if (expected !== null && expected !== clusterId) {
    const evidence = { expected: hexId(expected), found: hexId(clusterId) }
    return { ...finding, code: 'cluster-replaced', evidence }
  }
  const voters = votersOf(facts)
  const views = voters.flatMap(viewOf)
  const clusters = Map.groupBy(views, ({ list }) => list.clusterId)
  if (clusters.size > 1) {
    const shown = [...clusters].map(([id, those]) => `${hexId(id)}: ${membersOf(those)}`)
    return { ...finding, code: 'cluster-ids-differ', evidence: { clusters: shown } }
  }
  const lists = Map.groupBy(views, ({ list }) => list.members.map(signatureOf).toSorted().join('\n'))
  if (lists.size > 1) {
    const shown = [...lists.values()].map((those) => `${membersOf(those)} → ${listOf(those)}`)
    const since = history.listsDifferSince ?? at
    const evidence = { lists: shown, since: since.toISOString() }
    // What is known of the past takes in this collection.
    const severity = since < at ? 'critical' : 'warning'
    return { ...finding, severity, code: 'member-lists-differ', evidence }
  }
  if (views.length < voters.length) return { subject: theCluster, ...couldNotTellWithout(voters, 'memberList') }
  return { subject: theCluster, verdict: 'ok' }
}

function viewOf(member: MemberFacts): View[] {
  const list = seenValue(member.memberList)
  return list ? [{ member, list }] : []
}

/** What the cluster has agreed upon. Names and client addresses are told by the members themselves, and later. */
function signatureOf({ id, isLearner, peerUrls }: ListedMember): string {
  return JSON.stringify([hexId(id), isLearner, peerUrls.toSorted()])
}

function membersOf(views: readonly View[]): string {
  return namesOf(views.map(({ member }) => member))
}

function listOf([view]: readonly View[]): string {
  const members = view?.list.members ?? []
  const shown = members.map((one) => `${nameOf(one)} (${one.isLearner ? 'learner, ' : ''}${one.peerUrls.join(' ')})`)
  return shown.toSorted().join(', ')
}
