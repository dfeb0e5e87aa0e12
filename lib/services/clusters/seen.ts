import type { Diagnosis, ObservedMember } from '#lib/clusters/diagnosis/diagnose.ts'
import type { ClusterState } from '#lib/contracts/clusters.ts'

/** What a look at a cluster saw of it, whichever way it was looked at. */
export interface Seen {
  /** As the cluster lists them; empty when it could not be asked for them. */
  members: ObservedMember[]
  /** Of the cluster that answered, decimal. */
  etcdClusterId: string | null
  /** The lowest of the members that answered. */
  version: string | null
  /** The name of the leader, or its id in hexadecimal where it has none. */
  leader: string | null
  /** A finding or error code: what stood in the way of the whole look. */
  problem: string | null
  /** Kinds of alarms that are raised, `NOSPACE` or `CORRUPT`; each once. */
  alarms: string[]
  /** Whether any etcd answered, be it with a refusal. */
  isAnswered: boolean
}

/** What of a diagnosis is kept. */
export function seenBy({ view, members }: Diagnosis): Seen {
  const { etcdClusterId, version, leader } = view.summary
  return {
    members: [...members],
    etcdClusterId,
    version,
    leader,
    isAnswered: view.stages.some(({ stage, verdict }) => stage === 'etcd' && ['pass', 'warn'].includes(verdict)),
    alarms: alarmsOf(view),
    problem: view.stages.find(({ verdict }) => verdict === 'fail')?.code ?? null,
  }
}

/** As the finding names them: `NOSPACE (8e9e05c52164694d)`. */
function alarmsOf({ stages }: Diagnosis['view']): string[] {
  const named = stages.flatMap(({ code, evidence }) => (code === 'etcd-alarm' ? evidence.alarms : []))
  return [...new Set(named.flat().map((name) => String(name).replace(/ .*/, '')))].toSorted()
}

/** Why a cluster that answers is not as it should be; null where nothing was seen that speaks against it. */
export function problemOf({ problem, alarms }: Pick<Seen, 'problem' | 'alarms'>): string | null {
  if (problem !== null) return problem
  if (alarms.includes('CORRUPT')) return 'alarm-corrupt'
  return alarms.includes('NOSPACE') ? 'alarm-nospace' : null
}

/**
 * Whether a majority of the voters answers, and how many more may be lost. Nobody answering us says nothing of the cluster, and
 * neither does an etcd that answers but does not let us see its members.
 */
export function stateOf({
  members,
  leader,
  isAnswered,
  alarms,
}: Pick<Seen, 'members' | 'leader' | 'isAnswered' | 'alarms'>): ClusterState {
  const voters = members.filter(({ isLearner }) => !isLearner)
  const up = countUp(voters)
  if (up === 0) return isAnswered ? 'unknown' : 'unreachable'
  if (leader === null) return voters.some(({ state }) => state === 'unknown') ? 'unknown' : 'no-quorum'
  const majority = Math.floor(voters.length / 2) + 1
  // Who answers follows a leader: the majority is there, though not for us.
  if (up < majority) return 'degraded'
  if (up < voters.length) return up === majority ? 'at-risk' : 'degraded'
  return countUp(members) === members.length && alarms.length === 0 ? 'running' : 'degraded'
}

export function countUp(members: readonly ObservedMember[]): number {
  return members.filter(({ state }) => state === 'up').length
}
