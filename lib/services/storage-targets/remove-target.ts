import { AppError } from '#lib/errors.ts'
import { replan } from '#lib/services/backup-plans/replan.ts'
import { mutate } from '#lib/services/mutate.ts'
import { lockTeam } from '#lib/services/team/team-lock.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { lockTarget } from './target-rows.ts'

/**
 * Forgets a target nothing of ours lies in any more. What others keep there is not touched.
 *
 * @throws AppError `not-found`, `confirmation-mismatch`, `storage-target-in-use`
 */
export function removeTarget(
  ctx: TenantContext,
  { targetId, confirmName }: { targetId: string; confirmName: string },
): Promise<{ id: string; name: string }> {
  const { tenantId } = ctx
  return mutate(ctx, async (db) => {
    await lockTeam(db, tenantId)
    const { name } = await lockTarget(db, tenantId, targetId)
    if (confirmName !== name) throw new AppError('confirmation-mismatch', 'The typed name is not that of the target')
    const kept = await db.backup.count({
      where: { tenantId, targetId, deletedAt: null, OR: [{ objectKey: { not: '' } }, { endedAt: null }] },
    })
    const sent = await db.backupPlan.count({
      where: { tenantId, settings: { path: ['targetId'], equals: targetId } },
    })
    if (kept > 0 || sent > 0) {
      throw new AppError('storage-target-in-use', `${kept} backups lie there, ${sent} clusters send theirs there`, {
        details: { backups: kept, clusters: sent },
      })
    }
    await db.backup.deleteMany({ where: { tenantId, targetId } })
    await db.storageTarget.delete({ where: { tenantId_id: { tenantId, id: targetId } } })
    await replan(db, { tenantId })
    return {
      result: { id: targetId, name },
      action: 'storage-target.removed',
      target: { kind: 'storage-target', id: targetId, label: name },
      event: { kind: 'storage-target.changed', payload: { targetId } },
    }
  })
}
