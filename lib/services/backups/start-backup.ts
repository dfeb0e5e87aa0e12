import type { BackupView, StartBackup } from '#lib/contracts/backup-catalogue.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import { ownTargetOf } from '#lib/services/backup-plans/effective-settings.ts'
import { lockCluster } from '#lib/services/clusters/cluster-rows.ts'
import { mutate } from '#lib/services/mutate.ts'
import { getTargetRow } from '#lib/services/storage-targets/target-rows.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { getBackupRow, showBackup } from './backup-rows.ts'
import { newBackup } from './new-backup.ts'

/** Before what schedules ask for. */
const askedPriority = 3

/**
 * Takes a backup of a cluster now, where its backups go unless another target is named.
 *
 * @throws AppError `not-found`, `cluster-paused`, `no-storage-target`, `backup-under-way`
 */
export function startBackup(
  ctx: TenantContext,
  { clusterId, targetId }: StartBackup & { clusterId: string },
): Promise<BackupView> {
  const { tenantId, actor, requestId } = ctx
  return mutate(ctx, async (db) => {
    const { id, name, pausedAt } = await lockCluster(db, tenantId, clusterId)
    if (pausedAt !== null) throw new AppError('cluster-paused', `Cluster ${clusterId} is paused`)
    const target = await getTargetRow(db, tenantId, targetId ?? (await targetOf(db, { tenantId, clusterId })))
    const made = await newBackup(
      db,
      { requestId, actor },
      { tenantId, cluster: { id, name }, targetId: target.id, reason: 'manual', priority: askedPriority },
    )
    if (!made) throw new AppError('backup-under-way', `A backup of cluster ${clusterId} is under way`)
    return {
      result: showBackup(await getBackupRow(db, tenantId, made.backupId)),
      action: 'backup.started',
      target: { kind: 'cluster', id, label: name },
      diff: { target: [null, target.name] },
      event: { kind: 'backup.changed', payload: { clusterId, backupId: made.backupId } },
    }
  })
}

/** Where the backups of a cluster go. @throws AppError `no-storage-target` */
async function targetOf(db: Db, { tenantId, clusterId }: { tenantId: string; clusterId: string }): Promise<string> {
  const plan = await db.backupPlan.findUnique({
    where: { tenantId_clusterId: { tenantId, clusterId } },
    select: { settings: true },
  })
  const own = ownTargetOf(plan?.settings)
  if (own !== null) return own
  const row = await db.storageTarget.findFirst({ where: { tenantId, isDefault: true }, select: { id: true } })
  if (!row) throw new AppError('no-storage-target', `Team ${tenantId} has no storage target`)
  return row.id
}
