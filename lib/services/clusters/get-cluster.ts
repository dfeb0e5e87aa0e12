import type { ClusterDetailView } from '#lib/contracts/clusters.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { getClusterRow, showClusterDetail } from './cluster-rows.ts'

/** @throws AppError `not-found` */
export async function getCluster(
  { tenantId }: TenantContext,
  { clusterId }: { clusterId: string },
): Promise<ClusterDetailView> {
  return showClusterDetail(await withTenant(tenantId, (db) => getClusterRow(db, tenantId, clusterId)))
}
