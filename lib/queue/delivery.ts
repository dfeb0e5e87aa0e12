import { z } from 'zod'

/** What travels through Redis: which attempt of which job. Everything else stands in Postgres. */
export const delivery = z.object({
  tenantId: z.uuid(),
  jobId: z.uuid(),
  attempt: z.int().positive(),
})
export type Delivery = z.infer<typeof delivery>

/** Names of our keys in Redis begin with this. */
export const queuePrefix = 'kstone'
