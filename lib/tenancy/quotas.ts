import { z } from 'zod'
import { plans } from '#lib/contracts/team.ts'
import { log } from '#lib/log.ts'
import { processWide } from '#lib/process-wide.ts'

export type Plan = (typeof plans)[number]

interface QuotaDefinition {
  unit: 'count' | 'per-second' | 'at-once'
  limits: Record<Plan, number>
}

/** What a team may use, by plan. A new quota is one entry here and one counter in `lib/services/usage`. */
export const quotas = {
  members: { unit: 'count', limits: { community: 25, business: 250, enterprise: 5_000 } },
  'pending-invitations': { unit: 'count', limits: { community: 50, business: 500, enterprise: 5_000 } },
  'api-keys': { unit: 'count', limits: { community: 20, business: 200, enterprise: 2_000 } },
  clusters: { unit: 'count', limits: { community: 50, business: 1_000, enterprise: 20_000 } },
  // Each holds up to 16 MB of the database, sealed, until somebody has decided or a week is over.
  'cluster-imports': { unit: 'count', limits: { community: 10, business: 20, enterprise: 50 } },
  'storage-targets': { unit: 'count', limits: { community: 5, business: 20, enterprise: 200 } },
  'requests-per-second': { unit: 'per-second', limits: { community: 100, business: 300, enterprise: 1_000 } },
  // Fewer than one worker runs at once (lib/jobs/job-definitions.ts), or one team could keep all the others waiting.
  'concurrent-jobs': { unit: 'at-once', limits: { community: 5, business: 10, enterprise: 24 } },
  'live-streams': { unit: 'count', limits: { community: 50, business: 500, enterprise: 5_000 } },
} as const satisfies Record<string, QuotaDefinition>

export type QuotaId = keyof typeof quotas
export type QuotaLimits = Readonly<Record<QuotaId, number>>

const overrideSchema = z.number().int().positive()
const overridesSchema = z.record(z.string(), z.unknown())

/**
 * The limits of one team: its plan's, replaced one by one by what an operator granted in `tenant.quotaOverrides`. What makes
 * no sense there is logged and passed over, and an unknown plan counts as the smallest: a slip of an operator must not keep
 * a whole team out.
 */
export function limitsOf(plan: string, overrides: unknown): QuotaLimits {
  const known = plans.find((name) => name === plan) ?? 'community'
  if (known !== plan) warnOnce(`${plan} is no plan; its teams have the limits of community`)
  const entries = Object.entries(quotas).map(([id, quota]) => [id, grantedOf(id, overrides) ?? quota.limits[known]])
  return Object.fromEntries(entries)
}

function grantedOf(id: string, overrides: unknown): number | undefined {
  const all = overridesSchema.safeParse(overrides)
  if (!all.success) return warnOnce('quota overrides of a team are no object; its plan counts')
  const value = all.data[id]
  if (value === undefined) return undefined
  const granted = overrideSchema.safeParse(value)
  return granted.success
    ? granted.data
    : warnOnce(`the override of quota ${id} is no whole number above 0; its plan counts`)
}

const warned = processWide('quota-warnings', () => new Set<string>())

/** Limits are looked up with every request: the log says it once. */
function warnOnce(message: string): undefined {
  if (warned.has(message)) return
  warned.add(message)
  log().warn({}, message)
}
