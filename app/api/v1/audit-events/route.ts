import { route } from '#lib/api/route.ts'
import { auditEventView, listAuditQuery } from '#lib/contracts/audit.ts'
import { listAuditEvents } from '#lib/services/audit/list-audit-events.ts'

export const GET = route({
  summary: 'List what has been changed, newest first',
  access: 'audit:read',
  query: listAuditQuery,
  response: { status: 200, page: auditEventView },
  handle: (ctx, { query }) => listAuditEvents(ctx, query),
})
