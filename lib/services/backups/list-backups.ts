import { z } from 'zod'
import type { BackupDetailView, BackupView, ListBackups } from '#lib/contracts/backup-catalogue.ts'
import type { Page } from '#lib/contracts/paging.ts'
import { instant } from '#lib/contracts/paging.ts'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { pageOf } from '#lib/services/paging.ts'
import { placeOfTarget } from '#lib/services/storage-targets/target-rows.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { BackupRow } from './backup-rows.ts'
import { getBackupRow, showBackup, showBackupDetail, shownWithBackup } from './backup-rows.ts'
import { judgeCluster } from './judge-cluster.ts'

const backupKey = z.object({ at: instant.pipe(z.coerce.date()), id: z.uuid() })

/** The catalogue of the team, newest first unless asked otherwise. */
export function listBackups({ tenantId }: TenantContext, query: ListBackups): Promise<Page<BackupView>> {
  const { limit: _rows, cursor: _page, sort, ...filter } = query
  const direction = sort.startsWith('-') ? 'desc' : 'asc'
  const beyond = direction === 'asc' ? 'gt' : 'lt'
  return pageOf(query, {
    list: ['backups', { ...filter, sort }],
    key: backupKey,
    keyOf: ({ createdAt, id }: BackupRow) => ({ at: createdAt.toISOString(), id }),
    fetch: (after, count) =>
      withTenant(tenantId, (db) =>
        db.backup.findMany({
          where: {
            ...{ tenantId, deletedAt: null },
            ...(filter.clusterId ? { clusterId: filter.clusterId } : {}),
            ...(filter.targetId ? { targetId: filter.targetId } : {}),
            ...(filter.state ? { state: filter.state } : {}),
            ...(after
              ? { OR: [{ createdAt: { [beyond]: after.at } }, { createdAt: after.at, id: { [beyond]: after.id } }] }
              : {}),
          },
          include: shownWithBackup,
          orderBy: [{ createdAt: direction }, { id: direction }],
          take: count,
        }),
      ),
    show: showBackup,
  })
}

/** @throws AppError `not-found` */
export function getBackup({ tenantId }: TenantContext, { backupId }: { backupId: string }): Promise<BackupDetailView> {
  return withTenant(tenantId, async (db) => {
    const row = await getBackupRow(db, tenantId, backupId)
    return showBackupDetail(row, { keptBy: await rungsOf(db, row), place: await placeOfTarget(db, row) })
  })
}

async function rungsOf(db: Db, { tenantId, clusterId, id }: BackupRow): Promise<string[]> {
  const decision = await judgeCluster(db, { tenantId, clusterId })
  return [...(decision?.keep.find(({ backup }) => backup.id === id)?.because ?? [])]
}
