import type { TargetView } from '#lib/contracts/storage-targets.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { getTargetRow, readHoldings, showTarget } from './target-rows.ts'

/** Every place the team keeps backups in, by name; a team has few. */
export function listTargets({ tenantId }: TenantContext): Promise<TargetView[]> {
  return withTenant(tenantId, async (db) => {
    const rows = await db.storageTarget.findMany({ where: { tenantId }, orderBy: [{ name: 'asc' }, { id: 'asc' }] })
    const holdings = await readHoldings(
      db,
      tenantId,
      rows.map(({ id }) => id),
    )
    return rows.map((row) => showTarget(row, holdings.get(row.id)))
  })
}

/** @throws AppError `not-found` */
export function getTarget({ tenantId }: TenantContext, { targetId }: { targetId: string }): Promise<TargetView> {
  return withTenant(tenantId, async (db) => {
    const row = await getTargetRow(db, tenantId, targetId)
    return showTarget(row, (await readHoldings(db, tenantId, [targetId])).get(targetId))
  })
}
