import { z } from 'zod'
import { id, instant, pageQuery } from './paging.ts'

export const providers = ['imported', 'local-process', 'kubernetes'] as const
export const clusterView = z.object({
  id,
  name: z.string(),
  description: z.string(),
  provider: z.enum(providers),
  labels: z.record(z.string(), z.string()),
  createdAt: instant,
})
export type ClusterView = z.infer<typeof clusterView>
export const listClustersQuery = pageQuery.extend({ q: z.string().trim().max(100).optional() })
