import type { TeamView } from '#lib/contracts/team.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { getTeamRow, showTeam } from './team-row.ts'

/** The team the caller acts in. */
export async function getTeam({ tenantId }: TenantContext): Promise<TeamView> {
  return showTeam(await withTenant(tenantId, (db) => getTeamRow(db, tenantId)))
}
