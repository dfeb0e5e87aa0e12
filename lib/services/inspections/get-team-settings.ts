import type { InspectionSettingsView } from '#lib/contracts/watch.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { readTeamSettings, showTeamSettings } from './settings-rows.ts'

/** By what inspections judge the clusters of the team that set nothing themselves. */
export async function getTeamSettings({ tenantId }: TenantContext): Promise<InspectionSettingsView> {
  return showTeamSettings(await withTenant(tenantId, (db) => readTeamSettings(db, tenantId)))
}
