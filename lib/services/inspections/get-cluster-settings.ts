import type { ClusterInspectionSettingsView } from '#lib/contracts/watch.ts'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { getClusterRow } from '#lib/services/clusters/cluster-rows.ts'
import { periodOf } from '#lib/services/collections/keep-collection.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { readTeamSettings, showClusterSettings } from './settings-rows.ts'

/**
 * What is looked at in a cluster, how often, and by what it is judged.
 *
 * @throws AppError `not-found`
 */
export function getClusterSettings(
  { tenantId }: TenantContext,
  { clusterId }: { clusterId: string },
): Promise<ClusterInspectionSettingsView> {
  return withTenant(tenantId, (db) => readClusterSettings(db, { tenantId, clusterId }))
}

async function readClusterSettings(
  db: Db,
  which: { tenantId: string; clusterId: string },
): Promise<ClusterInspectionSettingsView> {
  const { tenantId, clusterId } = which
  const { features, inspections } = await getClusterRow(db, tenantId, clusterId)
  const everySeconds = await periodOf(db, which)
  return showClusterSettings({ features, inspections, everySeconds }, await readTeamSettings(db, tenantId))
}
