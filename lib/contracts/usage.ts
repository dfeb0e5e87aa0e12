import { z } from 'zod'
import { plans } from './team.ts'

const quotaView = z.object({
  id: z.string(),
  /** Null where it cannot be told right now. */
  used: z.number().nonnegative().nullable(),
  limit: z.number().positive(),
  unit: z.enum(['count', 'per-second']),
})
export const usageView = z.object({ plan: z.enum(plans), quotas: z.array(quotaView) })
export type UsageView = z.infer<typeof usageView>
