import type { Diagnosis, ObservedMember } from '#lib/clusters/diagnosis/diagnose.ts'
import type { ClusterState } from '#lib/contracts/clusters.ts'
import type { Db } from '#lib/db/pools.ts'
import { versionKey } from './version-key.ts'

interface Target {
  tenantId: string
  clusterId: string
  /** What was seen through an older way to the cluster is not written any more. */
  accessVersion: number
}

/**
 * Writes what a look at a cluster saw: its state, and its members as its own member list names them. Members that could not
 * be listed stay as they were. False when the way to the cluster has changed meanwhile, and nothing was written.
 */
export async function saveObservation(db: Db, target: Target, { view, members }: Diagnosis): Promise<boolean> {
  const { tenantId, clusterId, accessVersion } = target
  const { summary } = view
  const isListed = members.length > 0
  const seen = {
    ...(isListed ? { version: summary.version ?? '', versionKey: versionKey(summary.version ?? '') } : {}),
    ...(isListed ? { membersTotal: summary.membersTotal } : {}),
    ...(summary.etcdClusterId ? { etcdClusterId: summary.etcdClusterId } : {}),
  }
  const { count } = await db.cluster.updateMany({
    where: { tenantId, id: clusterId, accessVersion },
    data: {
      ...seen,
      membersUp: summary.membersUp,
      state: stateOf(view, members),
      problem: view.stages.find(({ verdict }) => verdict === 'fail')?.code ?? null,
      lookedAt: new Date(),
    },
  })
  if (count === 0) return false
  if (isListed) await replaceMembers(db, target, members)
  return true
}

/** Whether a majority of the voters answers, and how many more may be lost. Nobody answering says nothing of the cluster. */
export function stateOf(
  { summary }: Pick<Diagnosis['view'], 'summary'>,
  members: readonly ObservedMember[],
): ClusterState {
  const voters = members.filter(({ isLearner }) => !isLearner)
  const up = voters.filter(({ state }) => state === 'up').length
  if (up === 0) return 'unreachable'
  const majority = Math.floor(voters.length / 2) + 1
  if (up < majority || summary.leader === null)
    return voters.some(({ state }) => state === 'unknown') ? 'unknown' : 'no-quorum'
  if (up < voters.length) return up === majority ? 'at-risk' : 'degraded'
  return members.every(({ state }) => state === 'up') ? 'running' : 'degraded'
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
