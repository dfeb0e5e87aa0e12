import type { BackupView } from '#lib/contracts/backup-catalogue.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { BackupRow } from './backup-rows.ts'
import { getBackupRow, lockBackup, showBackup } from './backup-rows.ts'

interface Which {
  backupId: string
}

/** Keeps a backup whatever retention says, or lets it go its way again. @throws AppError `not-found`, `backup-not-usable` */
export function pinBackup(
  ctx: TenantContext,
  { backupId, isPinned }: Which & { isPinned: boolean },
): Promise<BackupView> {
  const { tenantId } = ctx
  return mutate(ctx, async (db) => {
    const row = await lockBackup(db, tenantId, backupId)
    if (row.deletingAt !== null) throw new AppError('backup-not-usable', `Backup ${backupId} is being deleted`)
    await db.backup.update({ where: { tenantId_id: { tenantId, id: backupId } }, data: { isPinned } })
    return {
      result: showBackup(await getBackupRow(db, tenantId, backupId)),
      action: isPinned ? 'backup.pinned' : 'backup.unpinned',
      ...toldOf(row),
    }
  })
}

/**
 * Deletes a backup: it is offered to nobody from now on, and its object goes within seconds. The last verified one of a cluster
 * that is still there is never deleted, nor one that is kept or in use.
 *
 * @throws AppError `not-found`, `confirmation-mismatch`, `backup-under-way`, `backup-pinned`, `drill-under-way`,
 *   `last-verified-backup`
 */
export function deleteBackup(
  ctx: TenantContext,
  { backupId, confirmName }: Which & { confirmName: string },
): Promise<BackupView> {
  const { tenantId } = ctx
  return mutate(ctx, async (db) => {
    const row = await lockAll(db, await getBackupRow(db, tenantId, backupId))
    if (confirmName !== row.clusterName) {
      throw new AppError('confirmation-mismatch', 'The typed name is not that of the cluster')
    }
    await demandDeletable(db, row)
    await db.backup.update({
      where: { tenantId_id: { tenantId, id: backupId } },
      data: { deletingAt: row.deletingAt ?? new Date(), deletingWhy: row.deletingWhy ?? 'by-hand' },
    })
    return {
      result: showBackup(await getBackupRow(db, tenantId, backupId)),
      action: 'backup.deleted',
      ...toldOf(row),
    }
  })
}

/** Two deletions at once must not each take the other for the one that is left. */
async function lockAll(db: Db, row: BackupRow): Promise<BackupRow> {
  const { tenantId, clusterId, id } = row
  await db.$queryRaw`
    SELECT 1 FROM backup WHERE "tenantId" = ${tenantId}::uuid AND "clusterId" = ${clusterId}::uuid AND "deletedAt" IS NULL
     ORDER BY "id" FOR UPDATE`
  return await getBackupRow(db, tenantId, id)
}

async function demandDeletable(db: Db, { tenantId, id, clusterId, state, isPinned }: BackupRow): Promise<void> {
  if (state === 'pending' || state === 'running') throw new AppError('backup-under-way', `Backup ${id} is under way`)
  if (isPinned) throw new AppError('backup-pinned', `Backup ${id} is kept`)
  const drills = await db.drill.count({ where: { tenantId, backupId: id, state: { in: ['pending', 'running'] } } })
  if (drills > 0) throw new AppError('drill-under-way', `A drill reads backup ${id}`)
  if (state !== 'verified') return
  const isWatched = (await db.cluster.count({ where: { tenantId, id: clusterId } })) > 0
  const others = await db.backup.count({
    where: { tenantId, clusterId, id: { not: id }, state: 'verified', deletingAt: null },
  })
  if (isWatched && others === 0) throw new AppError('last-verified-backup', `Backup ${id} is the last verified one`)
}

function toldOf({ id, clusterId, clusterName, takenAt }: BackupRow) {
  return {
    target: { kind: 'backup', id, label: clusterName },
    diff: { takenAt: takenAt?.toISOString() ?? null },
    event: { kind: 'backup.changed', payload: { clusterId, backupId: id } },
  }
}
