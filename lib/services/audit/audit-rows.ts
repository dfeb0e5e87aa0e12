import type { AuditEventView, AuditFilter } from '#lib/contracts/audit.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import type { AuditEventModel } from '#lib/db/generated/models.ts'
import { likeText } from '#lib/services/paging.ts'
import type { Actor, Via } from '#lib/tenancy/context.ts'
import type { JsonValue } from '#lib/tenancy/json-value.ts'

/**
 * The rows a filter asks for. Actor and target are found by id, or by a part of their name; an action by its beginning, so
 * that `member` finds all that happened to members.
 */
export function auditRowsWhere(tenantId: string, filter: AuditFilter): Prisma.AuditEventWhereInput {
  const { actor, action, target, from, to } = filter
  const named = (text: string) => ({ contains: likeText(text), mode: 'insensitive' as const })
  return {
    tenantId,
    AND: [
      actor ? { OR: [{ actorId: actor }, { actorLabel: named(actor) }] } : {},
      target ? { OR: [{ targetId: target }, { targetLabel: named(target) }] } : {},
      action ? { action: { startsWith: likeText(action) } } : {},
      from ? { at: { gte: from } } : {},
      to ? { at: { lt: to } } : {},
    ],
  }
}

/** An event as readers see it. */
export function showAuditEvent(row: AuditEventModel): AuditEventView {
  return {
    seq: row.seq.toString(),
    at: row.at.toISOString(),
    actor: { kind: row.actorKind as Actor['kind'], id: row.actorId, label: row.actorLabel },
    via: row.via as Via,
    action: row.action,
    target: { kind: row.targetKind, id: row.targetId, label: row.targetLabel },
    diff: row.diff as Record<string, JsonValue>,
    requestId: row.requestId,
    hash: row.hash,
  }
}
