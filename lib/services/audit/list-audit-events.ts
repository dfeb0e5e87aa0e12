import { z } from 'zod'
import type { AuditEventView, listAuditQuery } from '#lib/contracts/audit.ts'
import type { Page } from '#lib/contracts/paging.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { pageOf } from '#lib/services/paging.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { auditRowsWhere, showAuditEvent } from './audit-rows.ts'

const seqKey = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform(BigInt)

/** A page of a team's audit log, newest first. */
export function listAuditEvents(
  { tenantId }: TenantContext,
  { limit, cursor, ...filter }: z.output<typeof listAuditQuery>,
): Promise<Page<AuditEventView>> {
  return pageOf(
    { limit, cursor },
    {
      list: ['audit-events', filter],
      key: seqKey,
      keyOf: (row) => row.seq.toString(),
      fetch: (after, take) =>
        withTenant(tenantId, (db) =>
          db.auditEvent.findMany({
            where: { ...auditRowsWhere(tenantId, filter), ...(after === undefined ? {} : { seq: { lt: after } }) },
            orderBy: { seq: 'desc' },
            take,
          }),
        ),
      show: showAuditEvent,
    },
  )
}
