import type { UpdateCluster } from '#lib/contracts/clusters.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import { keepBackupPlan } from '#lib/services/backup-plans/replan.ts'
import { collectAnew, keepCollection } from '#lib/services/collections/keep-collection.ts'
import type { Outcome } from '#lib/services/mutate.ts'
import type { AuditAuthor } from '#lib/tenancy/audit-log.ts'
import { changedColumns, changedCredentials, describeChange } from './access-change.ts'
import { demandFreeName } from './add-cluster.ts'
import type { ClusterRow } from './cluster-rows.ts'
import { getClusterRow, lockCluster } from './cluster-rows.ts'
import { storeCredential } from './cluster-secrets.ts'
import { isAnotherCluster, saveObservation } from './save-observation.ts'
import type { Seen } from './seen.ts'

interface ClusterChange {
  /** The cluster as it was when the change was tried. */
  row: ClusterRow
  change: UpdateCluster
  /** What was seen by the new way to it; absent where the way stays. */
  seen?: Seen | undefined
}

/**
 * Writes a change of a cluster that was tried before.
 *
 * @throws AppError `conflict` when somebody else changed the way to it meanwhile, `cluster-is-another` when the new way leads to
 *   another etcd and nobody said it may, `already-exists` for a name that is taken
 */
export async function changeCluster(
  db: Db,
  { tenantId, actor }: AuditAuthor,
  { row, change, seen }: ClusterChange,
): Promise<Outcome<ClusterRow>> {
  const clusterId = row.id
  const current = await lockCluster(db, tenantId, clusterId)
  if (seen) demandSameAccess(row, current)
  if (seen && !change.acceptAnother) demandSameEtcd(current, seen)
  if (change.name !== undefined && change.name !== current.name) await demandFreeName(db, tenantId, change.name)
  const accessVersion = current.accessVersion + (seen ? 1 : 0)
  const { name, pausedAt } = await db.cluster.update({
    where: { tenantId_id: { tenantId, id: clusterId } },
    data: { ...changedColumns(current, change), accessVersion, changedAt: new Date() },
  })
  for (const credential of changedCredentials(change)) {
    await storeCredential(db, { tenantId, clusterId, changedBy: actor.label }, credential)
  }
  await keepCollection(db, { tenantId, clusterId, pausedAt })
  await keepBackupPlan(db, { tenantId, clusterId })
  if (seen) {
    await saveObservation(db, { tenantId, clusterId, accessVersion }, seen)
    await collectAnew(db, { tenantId, clusterId })
  }
  return {
    result: await getClusterRow(db, tenantId, clusterId),
    action: 'cluster.changed',
    target: { kind: 'cluster', id: clusterId, label: name },
    diff: describeChange(current, change),
    event: { kind: 'cluster.changed', payload: { clusterId } },
  }
}

function demandSameAccess(before: ClusterRow, now: ClusterRow): void {
  if (before.accessVersion === now.accessVersion) return
  throw new AppError('conflict', `The way to cluster ${now.id} was changed by somebody else meanwhile`)
}

/** Two addresses mixed up would have one cluster's backups and restores go to the other. */
function demandSameEtcd(now: ClusterRow, seen: Seen): void {
  if (!isAnotherCluster(now, seen)) return
  throw new AppError(
    'cluster-is-another',
    `Cluster ${now.id} was ${now.etcdClusterId}, now ${seen.etcdClusterId} answers`,
  )
}
