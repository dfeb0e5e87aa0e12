import { z } from 'zod'
import { plans } from './team.ts'

const quotaView = z.object({
  id: z.string(),
  /** Null where it cannot be told right now. */
  used: z.number().nonnegative().nullable(),
  limit: z.number().positive(),
  /** `at-once` frees itself: what is more waits. */
  unit: z.enum(['count', 'per-second', 'at-once']),
})
export const usageView = z.object({ plan: z.enum(plans), quotas: z.array(quotaView) })
export type UsageView = z.infer<typeof usageView>
