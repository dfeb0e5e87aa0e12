import type { ObservedMember } from '#lib/clusters/diagnosis/members.ts'
import { lowestVersion } from '#lib/clusters/diagnosis/members.ts'
import { errorCodes } from '#lib/errors.ts'
import type { Collected } from '#lib/inspections/collect/collect-cluster.ts'
import type { ClusterFacts, MemberFacts, NotSeen } from '#lib/inspections/facts.ts'
import { hexId, isSeen, nameOf, presenceOf, seenValue, votersOf } from '#lib/inspections/facts.ts'
import type { Seen } from '#lib/services/clusters/seen.ts'

/** What a collection saw, as lists and pages of clusters show it. */
export function seenInFacts({ facts, refusal, isAnswered }: Collected): Seen {
  const statuses = facts.members.flatMap(({ status }) => seenValue(status) ?? [])
  const alarms = (seenValue(facts.alarms) ?? []).map(({ kind }) => kind.toUpperCase())
  const clusterId = seenValue(facts.list)?.clusterId ?? statuses[0]?.header.clusterId
  const silence = statuses.length === 0 && !isSeen(facts.list) ? codeOf(facts.list) : null
  return {
    members: facts.members.map(observed),
    etcdClusterId: clusterId === undefined ? null : String(clusterId),
    version: lowestVersion(statuses.map(({ version }) => version)),
    leader: leaderOf(facts),
    problem: refusal?.code ?? silence,
    alarms: [...new Set(alarms)].toSorted(),
    isAnswered,
  }
}

function observed(member: MemberFacts): ObservedMember {
  const status = seenValue(member.status)
  return {
    memberId: String(member.id),
    name: member.name,
    peerUrls: [...member.peerUrls],
    clientUrls: [...member.clientUrls],
    address: member.address,
    isLearner: member.isLearner,
    isLeader: status?.isLeader ?? false,
    state: presenceOf(member),
    problem: isSeen(member.status) ? null : codeOf(member.status),
    version: status?.version ?? '',
    dbSizeBytes: status?.dbSizeBytes ?? null,
    latencyMs: status?.latencyMs ?? null,
  }
}

/** The nearest cause that has a code of ours; what is no failure of a call has its own. */
function codeOf({ problem: { code, reason } }: NotSeen): string {
  return reason !== undefined && Object.hasOwn(errorCodes, reason) ? reason : code
}

/**
 * As the first voter that knows one says: the leader itself may be out of reach, and a learner goes on naming one that died.
 */
function leaderOf({ members }: ClusterFacts): string | null {
  const leaderId = votersOf({ members })
    .map(({ status }) => seenValue(status)?.leaderId ?? 0n)
    .find((id) => id !== 0n)
  if (leaderId === undefined) return null
  const leader = members.find(({ id }) => id === leaderId)
  return leader ? nameOf(leader) : hexId(leaderId)
}
