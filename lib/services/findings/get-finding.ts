import type { FindingView } from '#lib/contracts/inspections.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { findFindingRow, showFinding } from './finding-rows.ts'

/** @throws AppError `not-found` */
export async function getFinding(
  { tenantId }: TenantContext,
  { findingId }: { findingId: string },
): Promise<FindingView> {
  const row = await withTenant(tenantId, (db) => findFindingRow(db, { tenantId, findingId }))
  if (!row) throw new AppError('not-found', `Team ${tenantId} has no finding ${findingId}`)
  return showFinding(row)
}
