import { z } from 'zod'
import { plans } from './team.ts'

export const quotaView = z.object({
  id: z.string(),
  used: z.number().nonnegative(),
  limit: z.number().positive(),
  unit: z.enum(['count', 'per-second']),
})
export const usageView = z.object({ plan: z.enum(plans), quotas: z.array(quotaView) })
export type UsageView = z.infer<typeof usageView>
