import type { z } from 'zod'
import type { AuditEventView, AuditFilter, exportAuditQuery } from '#lib/contracts/audit.ts'
import type { AuditEventModel } from '#lib/db/generated/models.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { logFailure } from '#lib/log.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { auditRowsWhere, showAuditEvent } from './audit-rows.ts'
import { csvLine } from './csv-line.ts'
import { searchedRange, windowRows } from './searched-range.ts'

type ExportQuery = z.output<typeof exportAuditQuery>

interface ExportedFile {
  body: ReadableStream<Uint8Array>
  fileName: string
}

const rowsPerPage = 1_000

/**
 * The audit log as a file, oldest event first, CSV or one JSON object per line. It is read page by page, each in a short
 * transaction of its own, and ends with the event that records the export itself: who took the log away is part of it.
 */
export async function exportAuditEvents(ctx: TenantContext, { format, ...filter }: ExportQuery): Promise<ExportedFile> {
  const lastSeq = await recordExport(ctx, { format, ...filter })
  const encoder = new TextEncoder()
  const line = format === 'csv' ? csvOf : (event: AuditEventView) => `${JSON.stringify(event)}\n`
  const pages = readPages(ctx, { filter, lastSeq })
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (format === 'csv') controller.enqueue(encoder.encode(csvLine(columns)))
    },
    async pull(controller) {
      try {
        const { value, done } = await pages.next()
        if (done) controller.close()
        else controller.enqueue(encoder.encode(value.map((row) => line(showAuditEvent(row))).join('')))
      } catch (error) {
        // The answer has begun: cutting it off is the only way left to say that it is not whole.
        logFailure(error, 'the export of the audit log broke off')
        controller.error(error)
      }
    },
    async cancel() {
      await pages.return(undefined)
    },
  })
  return { body, fileName: `audit-${new Date().toISOString().slice(0, 10)}.${format}` }
}

function recordExport(ctx: TenantContext, query: ExportQuery): Promise<bigint> {
  return mutate(ctx, async (db) => {
    const head = await db.auditHead.findUniqueOrThrow({ where: { tenantId: ctx.tenantId } })
    const filter = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, value ?? null]))
    const target = { kind: 'audit-log', id: ctx.tenantId, label: 'audit log' }
    return { result: head.seq + 1n, action: 'audit.exported', target, diff: filter }
  })
}

/** Pages with at least one row, up to `lastSeq`. No single look goes over more than one window of the chain. */
async function* readPages(
  { tenantId }: TenantContext,
  { filter, lastSeq }: { filter: AuditFilter; lastSeq: bigint },
): AsyncGenerator<AuditEventModel[]> {
  const { oldest, newest } = await withTenant(tenantId, (db) => searchedRange(db, tenantId, filter))
  const last = newest < lastSeq ? newest : lastSeq
  let start = oldest
  while (start <= last) {
    const end = start + windowRows <= last ? start + windowRows : last + 1n
    const where = { ...auditRowsWhere(tenantId, filter), seq: { gte: start, lt: end } }
    const take = rowsPerPage
    const rows = await withTenant(tenantId, (db) => db.auditEvent.findMany({ where, orderBy: { seq: 'asc' }, take }))
    if (rows.length > 0) yield rows
    const lastRow = rows.length === rowsPerPage ? rows.at(-1) : undefined
    start = lastRow ? lastRow.seq + 1n : end
  }
}

const columns = [
  'seq',
  'at',
  'actorKind',
  'actorId',
  'actor',
  'via',
  'action',
  'targetKind',
  'targetId',
  'target',
  'diff',
  'requestId',
  'hash',
]

function csvOf({ seq, at, actor, via, action, target, diff, requestId, hash }: AuditEventView): string {
  const who = [actor.kind, actor.id, actor.label, via]
  const what = [action, target.kind, target.id, target.label, JSON.stringify(diff)]
  return csvLine([seq, at, ...who, ...what, requestId, hash])
}
