import type { DrillView, StartDrill } from '#lib/contracts/backup-catalogue.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import { lockBackup } from '#lib/services/backups/backup-rows.ts'
import { demandUsable } from '#lib/services/backups/open-backup.ts'
import { lockCluster } from '#lib/services/clusters/cluster-rows.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { getDrillRow, showDrill } from './drill-rows.ts'
import { newDrill } from './new-drill.ts'

const askedPriority = 4

/**
 * Proves a backup of a cluster now: the one named, or the newest verified.
 *
 * @throws AppError `not-found`, `no-verified-backup`, `backup-not-usable`, `drill-under-way`
 */
export function startDrill(
  ctx: TenantContext,
  { clusterId, backupId }: StartDrill & { clusterId: string },
): Promise<DrillView> {
  const { tenantId, actor, requestId } = ctx
  return mutate(ctx, async (db) => {
    const { id, name } = await lockCluster(db, tenantId, clusterId)
    const chosen = backupId ?? (await newestVerified(db, { tenantId, clusterId }))
    if (chosen === undefined) throw new AppError('no-verified-backup', `Cluster ${clusterId} has no verified backup`)
    // A deletion either sees this drill, or is seen by it.
    const backup = await lockBackup(db, tenantId, chosen)
    if (backup.clusterId !== clusterId) throw new AppError('not-found', `Cluster ${clusterId} has no backup ${chosen}`)
    demandUsable(backup)
    const drillId = await newDrill(
      db,
      { requestId, actor },
      { tenantId, cluster: { id, name }, backupId: chosen, reason: 'manual', priority: askedPriority },
    )
    if (drillId === undefined) throw new AppError('drill-under-way', `A drill of cluster ${clusterId} is under way`)
    return {
      result: showDrill(await getDrillRow(db, tenantId, drillId)),
      action: 'drill.started',
      target: { kind: 'cluster', id, label: name },
      diff: { backup: [null, chosen] },
      event: { kind: 'drill.changed', payload: { clusterId, drillId } },
    }
  })
}

/** The backup that would be restored if something happened now. */
async function newestVerified(
  db: Db,
  { tenantId, clusterId }: { tenantId: string; clusterId: string },
): Promise<string | undefined> {
  const row = await db.backup.findFirst({
    where: { tenantId, clusterId, state: 'verified', deletingAt: null },
    orderBy: [{ takenAt: 'desc' }, { id: 'desc' }],
    select: { id: true },
  })
  return row?.id
}
