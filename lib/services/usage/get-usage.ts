import type { UsageView } from '#lib/contracts/usage.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { getTeamRow, showTeam } from '#lib/services/team/team-row.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { QuotaId } from '#lib/tenancy/quotas.ts'
import { quotas } from '#lib/tenancy/quotas.ts'
import { quotaCounters } from './quota-counters.ts'

/** What the team uses of each of its quotas, and its plan. */
export async function getUsage(ctx: TenantContext): Promise<UsageView> {
  const { tenantId } = ctx
  const ids = Object.keys(quotas) as QuotaId[]
  const { plan, counted } = await withTenant(tenantId, async (db) => {
    const found = new Map<QuotaId, number>()
    for (const id of ids) {
      const counter = quotaCounters[id]
      if (counter.from === 'rows') found.set(id, await counter.count(db, tenantId))
    }
    return { plan: showTeam(await getTeamRow(db, tenantId)).plan, counted: found }
  })
  const views = ids.map(async (id) => {
    const counter = quotaCounters[id]
    const used = counter.from === 'rows' ? counted.get(id) : await counter.count(ctx)
    return { id, used: used ?? null, limit: ctx.quotas[id], unit: quotas[id].unit }
  })
  return { plan, quotas: await Promise.all(views) }
}
