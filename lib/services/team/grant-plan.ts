import type { plans } from '#lib/contracts/team.ts'
import { withSystem } from '#lib/db/system.ts'
import { recordAudit } from '#lib/tenancy/audit-log.ts'
import { announceEvent, appendEvent, flushAnnouncedEvents } from '#lib/tenancy/events.ts'
import type { JsonValue } from '#lib/tenancy/json-value.ts'
import type { QuotaId, QuotaLimits } from '#lib/tenancy/quotas.ts'
import { limitsOf } from '#lib/tenancy/quotas.ts'
import { getNamedTeam } from './find-team.ts'

/** What an operator gives one team. A limit of null goes back to the plan's; what is not named stays. */
export interface Grant {
  /** Id or exact name. */
  team: string
  plan?: (typeof plans)[number] | undefined
  limits: Partial<Record<QuotaId, number | null>>
  /** What the command is called, for the audit log. */
  command: string
  requestId: string
}

export interface GrantedTeam {
  id: string
  name: string
  plan: string
  limits: QuotaLimits
}

/**
 * Gives a team its plan and limits; they hold from the next request on. Written down in the team's own audit log, and told
 * to its open pages.
 *
 * @throws AppError `not-found` when there is no such team, `conflict` when several bear the name
 */
export async function grantPlan({ team, plan, limits, command, requestId }: Grant): Promise<GrantedTeam> {
  const { eventSeq, ...given } = await withSystem(async (db) => {
    const row = await getNamedTeam(db, team)
    const { id, name } = row
    const next = { plan: plan ?? row.plan, quotaOverrides: withLimits(row.quotaOverrides, limits) }
    await db.tenant.updateMany({ where: { id }, data: next })
    const diff = { plan: [row.plan, next.plan], quotaOverrides: [row.quotaOverrides as JsonValue, next.quotaOverrides] }
    const actor = { kind: 'system' as const, id: command, label: command }
    const target = { kind: 'team', id, label: name }
    await recordAudit(db, { tenantId: id, actor, via: 'command', requestId }, { action: 'team.updated', target, diff })
    const eventSeq = await appendEvent(db, id, { kind: 'team.updated', payload: {} })
    return { id, name, plan: next.plan, limits: limitsOf(next.plan, next.quotaOverrides), eventSeq }
  })
  announceEvent(given.id, eventSeq)
  // A command ends right after its work.
  await flushAnnouncedEvents()
  return given
}

function withLimits(before: unknown, limits: Grant['limits']): Record<string, number> {
  const kept = typeof before === 'object' && before !== null ? Object.entries(before) : []
  const merged = new Map([...kept, ...Object.entries(limits)])
  return Object.fromEntries([...merged].filter(([, value]) => value !== null && value !== undefined))
}
