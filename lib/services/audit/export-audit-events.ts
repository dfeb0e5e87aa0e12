import type { z } from 'zod'
import type { AuditEventView, exportAuditQuery } from '#lib/contracts/audit.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { logFailure } from '#lib/log.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { auditRowsWhere, showAuditEvent } from './audit-rows.ts'
import { csvLine } from './csv-line.ts'

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
  let after = 0n
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (format === 'csv') controller.enqueue(encoder.encode(csvLine(columns)))
    },
    async pull(controller) {
      try {
        const rows = await readPage(ctx, { filter, after, lastSeq })
        for (const row of rows) after = row.seq
        if (rows.length > 0) controller.enqueue(encoder.encode(rows.map((row) => line(showAuditEvent(row))).join('')))
        if (rows.length < rowsPerPage) controller.close()
      } catch (error) {
        // The answer has begun: cutting it off is the only way left to say that it is not whole.
        logFailure(error, 'the export of the audit log broke off')
        controller.error(error)
      }
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

interface PageWish {
  filter: Omit<ExportQuery, 'format'>
  after: bigint
  lastSeq: bigint
}

function readPage({ tenantId }: TenantContext, { filter, after, lastSeq }: PageWish) {
  return withTenant(tenantId, (db) =>
    db.auditEvent.findMany({
      where: { ...auditRowsWhere(tenantId, filter), seq: { gt: after, lte: lastSeq } },
      orderBy: { seq: 'asc' },
      take: rowsPerPage,
    }),
  )
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
