import { z } from 'zod'
import type { AuditEventView, AuditFilter, listAuditQuery } from '#lib/contracts/audit.ts'
import type { Page } from '#lib/contracts/paging.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { pageOf } from '#lib/services/paging.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { showAuditEvent } from './audit-rows.ts'
import { searchBack } from './search-back.ts'

const seqKey = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform(BigInt)

/** A page of a team's audit log, newest first. With a filter it may end early, and say how far back was looked. */
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
        isFiltering(filter)
          ? searchBack({ tenantId, filter, before: after, count: take })
          : withTenant(tenantId, (db) =>
              db.auditEvent.findMany({
                where: { tenantId, ...(after === undefined ? {} : { seq: { lt: after } }) },
                orderBy: { seq: 'desc' },
                take,
              }),
            ),
      show: showAuditEvent,
    },
  )
}

function isFiltering(filter: AuditFilter): boolean {
  return Object.values(filter).some((value) => value !== undefined && value !== '')
}
