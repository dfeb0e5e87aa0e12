import { z } from 'zod'
import { instant, pageQuery } from './paging.ts'

export const auditEventView = z.object({
  /** Decimal string: position in the team's chain, from 1 without gaps. */
  seq: z.string(),
  at: instant,
  actor: z.object({ kind: z.enum(['user', 'api-key', 'system']), id: z.string(), label: z.string() }),
  via: z.enum(['browser', 'api', 'worker', 'public', 'command']),
  action: z.string(),
  target: z.object({ kind: z.string(), id: z.string(), label: z.string() }),
  diff: z.record(z.string(), z.json()),
  requestId: z.string(),
  hash: z.string(),
})
export type AuditEventView = z.infer<typeof auditEventView>

export const auditFilter = z.object({
  actor: z.string().trim().max(254).optional(),
  action: z.string().trim().max(100).optional(),
  target: z.string().trim().max(254).optional(),
  from: instant.optional(),
  to: instant.optional(),
})
export type AuditFilter = z.infer<typeof auditFilter>
export const listAuditQuery = pageQuery.extend(auditFilter.shape)
export const exportAuditQuery = auditFilter.extend({ format: z.enum(['csv', 'ndjson']).default('csv') })
