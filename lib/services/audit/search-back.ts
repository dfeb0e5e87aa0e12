import type { AuditFilter } from '#lib/contracts/audit.ts'
import type { AuditEventModel } from '#lib/db/generated/models.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { secondMs } from '#lib/time.ts'
import { auditRowsWhere } from './audit-rows.ts'
import { searchedRange, windowRows } from './searched-range.ts'

/** How long one request looks for rows before it gives what it has; the next one goes on from there. */
const searchMs = secondMs

interface Search {
  tenantId: string
  filter: AuditFilter
  /** Only rows before this one. */
  before: bigint | undefined
  /** Rows wanted at most. */
  count: number
  budgetMs?: number
}

interface Found {
  /** Newest first. */
  rows: AuditEventModel[]
  /** The last row that was looked at, when there are older ones and time was up. */
  stoppedAt?: { key: string; at: string }
}

/**
 * The newest rows that a filter asks for. No index can tell where a part of a name occurs, so rows are looked through from
 * the newest on, window by window in short transactions; however long a chain has become, an answer comes in about a second.
 */
export async function searchBack({ tenantId, filter, before, count, budgetMs = searchMs }: Search): Promise<Found> {
  const endsAtMs = performance.now() + budgetMs
  const { oldest, newest } = await withTenant(tenantId, (db) => searchedRange(db, tenantId, filter))
  const rows: AuditEventModel[] = []
  let end = before !== undefined && before <= newest ? before : newest + 1n
  while (end > oldest) {
    let start = end - windowRows
    if (start < oldest) start = oldest
    const where = { ...auditRowsWhere(tenantId, filter), seq: { gte: start, lt: end } }
    const take = count - rows.length
    const found = await withTenant(tenantId, (db) => db.auditEvent.findMany({ where, orderBy: { seq: 'desc' }, take }))
    rows.push(...found)
    end = start
    if (rows.length === count) return { rows }
    if (performance.now() >= endsAtMs) break
  }
  return end > oldest ? { rows, stoppedAt: { key: end.toString(), at: await timeOf(tenantId, end) } } : { rows }
}

async function timeOf(tenantId: string, seq: bigint): Promise<string> {
  const { at } = await withTenant(tenantId, (db) =>
    db.auditEvent.findFirstOrThrow({
      where: { tenantId, seq: { gte: seq } },
      orderBy: { seq: 'asc' },
      select: { at: true },
    }),
  )
  return at.toISOString()
}
