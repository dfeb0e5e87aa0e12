import { z } from 'zod'
import type { plans } from '#lib/contracts/team.ts'

export type Plan = (typeof plans)[number]

interface QuotaDefinition {
  unit: 'count' | 'per-second'
  limits: Record<Plan, number>
}

/** What a team may use, by plan. A new quota is one entry here and one counter in `lib/services/usage`. */
export const quotas = {
  members: { unit: 'count', limits: { community: 25, business: 250, enterprise: 5_000 } },
  'pending-invitations': { unit: 'count', limits: { community: 50, business: 500, enterprise: 5_000 } },
  'api-keys': { unit: 'count', limits: { community: 20, business: 200, enterprise: 2_000 } },
  'requests-per-second': { unit: 'per-second', limits: { community: 100, business: 300, enterprise: 1_000 } },
  'live-streams': { unit: 'count', limits: { community: 50, business: 500, enterprise: 5_000 } },
} as const satisfies Record<string, QuotaDefinition>

export type QuotaId = keyof typeof quotas
export type QuotaLimits = Readonly<Record<QuotaId, number>>

const overridesSchema = z.record(z.string(), z.number().int().positive())

/** The limits of one team: its plan's, replaced one by one by what an operator granted in `tenant.quotaOverrides`. */
export function limitsOf(plan: Plan, overrides: unknown): QuotaLimits {
  const granted = overridesSchema.parse(overrides)
  const entries = Object.entries(quotas).map(([id, quota]) => [id, granted[id] ?? quota.limits[plan]])
  return Object.fromEntries(entries)
}
