import type { ObservedMember } from '#lib/clusters/diagnosis/diagnose.ts'
import type { Db } from '#lib/db/pools.ts'
import type { ClusterRow } from './cluster-rows.ts'
import type { Seen } from './seen.ts'
import { countUp, problemOf, stateOf } from './seen.ts'
import { versionKey } from './version-key.ts'

interface Target {
  tenantId: string
  clusterId: string
  /** What was seen through an older way to the cluster is not written any more. */
  accessVersion: number
  /** The etcd it was until now; what answers as another one is not taken for it. Absent where a person said it is another. */
  etcdClusterId?: string | null
}

/**
 * Writes what a look at a cluster saw: its state, and its members as its own member list names them. Members that could not
 * be listed stay, as unknown. False when the way to the cluster has changed meanwhile, and nothing was written.
 */
export async function saveObservation(db: Db, target: Target, seen: Seen): Promise<boolean> {
  const { tenantId, clusterId, accessVersion } = target
  const isAnother = isAnotherCluster(target, seen)
  const { count } = await db.cluster.updateMany({
    where: { tenantId, id: clusterId, accessVersion },
    data: { ...(isAnother ? strange : columnsOf(seen)), lookedAt: new Date() },
  })
  if (count === 0) return false
  if (seen.members.length > 0 && !isAnother) await replaceMembers(db, target, seen.members)
  else await forgetStates(db, target)
  return true
}

/** Whether what answers is another etcd than the one that was brought in: a reused address, or one that was built anew. */
export function isAnotherCluster(
  { etcdClusterId }: Pick<Target, 'etcdClusterId'> | Pick<ClusterRow, 'etcdClusterId'>,
  seen: Pick<Seen, 'etcdClusterId'>,
): boolean {
  return Boolean(etcdClusterId && seen.etcdClusterId) && etcdClusterId !== seen.etcdClusterId
}

const strange = { state: 'unknown', problem: 'cluster-is-another', membersUp: 0 }

function columnsOf(seen: Seen) {
  const { members, etcdClusterId } = seen
  const version = seen.version ?? ''
  return {
    ...(members.length > 0 ? { version, versionKey: versionKey(version), membersTotal: members.length } : {}),
    ...(etcdClusterId ? { etcdClusterId } : {}),
    membersUp: countUp(members),
    state: stateOf(seen),
    problem: problemOf(seen),
  }
}

/** Nobody could tell how they are: they must not go on looking as they were. */
async function forgetStates(db: Db, { tenantId, clusterId }: Target): Promise<void> {
  await db.clusterMember.updateMany({
    where: { tenantId, clusterId },
    data: { state: 'unknown', isLeader: false, latencyMs: null },
  })
}

async function replaceMembers(
  db: Db,
  { tenantId, clusterId }: Target,
  members: readonly ObservedMember[],
): Promise<void> {
  const seenAt = new Date()
  const memberIds = members.map(({ memberId }) => memberId)
  await db.clusterMember.deleteMany({ where: { tenantId, clusterId, memberId: { notIn: memberIds } } })
  for (const { memberId, ...member } of members) {
    const fields = { ...member, ...(member.state === 'up' ? { seenAt } : {}) }
    await db.clusterMember.upsert({
      where: { tenantId_clusterId_memberId: { tenantId, clusterId, memberId } },
      update: fields,
      create: { tenantId, clusterId, memberId, ...fields },
    })
  }
}
