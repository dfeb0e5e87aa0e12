import { route } from '#lib/api/route.ts'
import { exportAuditQuery } from '#lib/contracts/audit.ts'
import { exportAuditEvents } from '#lib/services/audit/export-audit-events.ts'

export const GET = route({
  summary: 'Download the audit log as CSV or as one JSON object per line; the download is itself recorded',
  access: 'audit:read',
  query: exportAuditQuery,
  response: { status: 200, stream: 'application/octet-stream' },
  handle: (ctx, { query }) => exportAuditEvents(ctx, query),
})
