import type { Collected } from '#lib/inspections/collect/collect-cluster.ts'
import { isAnotherCluster } from '#lib/services/clusters/save-observation.ts'
import { countUp, problemOf, stateOf } from '#lib/services/clusters/seen.ts'
import { versionKey } from '#lib/services/clusters/version-key.ts'
import { seenInFacts } from './seen-in-facts.ts'

/** What lists show of a cluster, as a collection saw it; what is absent stays as it was. */
export function columnsOf(collected: Collected, etcdClusterId: string | null) {
  const seen = seenInFacts(collected)
  if (isAnotherCluster({ etcdClusterId }, seen))
    return { state: 'unknown', problem: 'cluster-is-another', membersUp: 0 }
  const { members } = seen
  const version = seen.version ?? undefined
  const [largest] = members.flatMap(({ dbSizeBytes }) => dbSizeBytes ?? []).toSorted((a, b) => Number(b - a))
  return {
    ...(version === undefined ? {} : { version, versionKey: versionKey(version) }),
    ...(members.length > 0 ? { membersTotal: members.length } : {}),
    ...(seen.etcdClusterId === null ? {} : { etcdClusterId: seen.etcdClusterId }),
    ...(largest === undefined ? {} : { dbSizeBytes: String(largest) }),
    membersUp: countUp(members),
    state: stateOf(seen),
    problem: problemOf(seen),
  }
}
