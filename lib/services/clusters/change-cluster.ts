import type { Diagnosis } from '#lib/clusters/diagnosis/diagnose.ts'
import type { UpdateCluster } from '#lib/contracts/clusters.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import type { Outcome } from '#lib/services/mutate.ts'
import type { AuditAuthor } from '#lib/tenancy/audit-log.ts'
import { changedColumns, changedCredentials, describeChange } from './access-change.ts'
import { demandFreeName } from './add-cluster.ts'
import type { ClusterRow } from './cluster-rows.ts'
import { getClusterRow } from './cluster-rows.ts'
import { storeCredential } from './cluster-secrets.ts'
import { keepRefresh } from './refresh-schedule.ts'
import { saveObservation } from './save-observation.ts'

interface ClusterChange {
  /** The cluster as it was when the change was tried. */
  row: ClusterRow
  change: UpdateCluster
  /** How the new way to it was found; absent where the way stays. */
  diagnosis?: Diagnosis | undefined
}

/**
 * Writes a change of a cluster that was tried before.
 *
 * @throws AppError `conflict` when somebody else changed the way to it meanwhile, `already-exists` for a name that is taken
 */
export async function changeCluster(
  db: Db,
  { tenantId, actor }: AuditAuthor,
  { row, change, diagnosis }: ClusterChange,
): Promise<Outcome<ClusterRow>> {
  const clusterId = row.id
  const current = await lockCluster(db, tenantId, clusterId)
  if (diagnosis) demandSameAccess(row, current)
  if (change.name !== undefined && change.name !== current.name) await demandFreeName(db, tenantId, change.name)
  const accessVersion = current.accessVersion + (diagnosis ? 1 : 0)
  const { name, pausedAt } = await db.cluster.update({
    where: { tenantId_id: { tenantId, id: clusterId } },
    data: { ...changedColumns(current, change), accessVersion, changedAt: new Date() },
  })
  for (const credential of changedCredentials(change)) {
    await storeCredential(db, { tenantId, clusterId, changedBy: actor.label }, credential)
  }
  if (diagnosis) await saveObservation(db, { tenantId, clusterId, accessVersion }, diagnosis)
  await keepRefresh(db, { tenantId, clusterId, name, pausedAt })
  return {
    result: await getClusterRow(db, tenantId, clusterId),
    action: 'cluster.changed',
    target: { kind: 'cluster', id: clusterId, label: name },
    diff: describeChange(current, change),
    event: { kind: 'cluster.changed', payload: { clusterId } },
  }
}

async function lockCluster(db: Db, tenantId: string, clusterId: string): Promise<ClusterRow> {
  await db.$queryRaw`
    SELECT 1 FROM cluster WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${clusterId}::uuid FOR UPDATE`
  return await getClusterRow(db, tenantId, clusterId)
}

function demandSameAccess(before: ClusterRow, now: ClusterRow): void {
  if (before.accessVersion === now.accessVersion) return
  throw new AppError('conflict', `The way to cluster ${now.id} was changed by somebody else meanwhile`)
}
