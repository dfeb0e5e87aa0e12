import type { KeyObject } from 'node:crypto'
import type { Db } from '#lib/db/pools.ts'
import type { AuditRecord } from './audit-chain.ts'
import { genesisHash, hashRecord, sealHead, sealPruned } from './audit-chain.ts'
import type { Actor, Via } from './context.ts'
import type { JsonValue } from './json-value.ts'
import { redactDiff, tidyText } from './redact-diff.ts'
import { auditKeyOf } from './tenant-keys.ts'

/** On whose behalf something is written down, and in which team. */
export interface AuditAuthor {
  tenantId: string
  actor: Actor
  via: Via
  requestId: string
}

/** What happened: `member.role-changed` to which thing. `diff` holds [before, after] by field, never a secret. */
export interface AuditEntry {
  action: string
  target: { kind: string; id: string; label: string }
  diff?: Record<string, JsonValue>
}

interface ChainEnd {
  seq: bigint
  /** Hash of the newest row. */
  hash: string
}

/**
 * Appends one event to a team's chain, in the transaction of the change itself. The head's row stays locked until commit, so
 * sequence numbers have no gaps and no two events share one. Through the system door the first event of a team opens its
 * chain, and its sequence of live events. Returns the event's position.
 */
export async function recordAudit(db: Db, author: AuditAuthor, entry: AuditEntry): Promise<bigint> {
  const { tenantId } = author
  const key = await auditKeyOf(db, tenantId)
  const end = (await lockChain(db, tenantId)) ?? (await openChain(db, tenantId, key))
  const record = recordOf(author, entry, end)
  const hash = hashRecord(key, record)
  const seal = sealHead(key, { tenantId, seq: record.seq, hash })
  const { at, actor, via, action, target, requestId } = record
  await db.$executeRaw`
    WITH head AS (UPDATE audit_head SET "seq" = ${record.seq}, "hash" = ${seal} WHERE "tenantId" = ${tenantId}::uuid)
    INSERT INTO audit_event ("tenantId", "seq", "at", "actorKind", "actorId", "actorLabel", "via", "action", "targetKind",
                             "targetId", "targetLabel", "diff", "requestId", "prevHash", "hash")
    VALUES (${tenantId}::uuid, ${record.seq}, ${at}, ${actor.kind}, ${actor.id}, ${actor.label}, ${via}, ${action}, ${target.kind},
            ${target.id}, ${target.label}, ${JSON.stringify(record.diff)}::jsonb, ${requestId}, ${record.prevHash}, ${hash})`
  return record.seq
}

function recordOf(author: AuditAuthor, entry: AuditEntry, end: ChainEnd): AuditRecord {
  const { actor, target } = { ...author, ...entry }
  return {
    tenantId: author.tenantId,
    seq: end.seq + 1n,
    at: new Date(),
    actor: { kind: actor.kind, id: tidyText(actor.id), label: tidyText(actor.label) },
    via: author.via,
    action: entry.action,
    target: { kind: target.kind, id: tidyText(target.id), label: tidyText(target.label) },
    diff: redactDiff(entry.diff ?? {}),
    requestId: author.requestId,
    prevHash: end.hash,
  }
}

async function lockChain(db: Db, tenantId: string): Promise<ChainEnd | undefined> {
  const [head] = await db.$queryRaw<{ seq: bigint }[]>`
    SELECT "seq" FROM audit_head WHERE "tenantId" = ${tenantId}::uuid FOR UPDATE`
  if (!head || head.seq === 0n) return head && { seq: 0n, hash: genesisHash }
  // A statement of its own: one that waited for the lock still sees the rows from before the wait.
  const newest = await db.auditEvent.findUnique({
    where: { tenantId_seq: { tenantId, seq: head.seq } },
    select: { hash: true },
  })
  if (!newest) throw new Error(`Event ${head.seq} of the audit chain of team ${tenantId} is gone: verify the chain`)
  return { seq: head.seq, hash: newest.hash }
}

async function openChain(db: Db, tenantId: string, key: KeyObject): Promise<ChainEnd> {
  const start = { tenantId, seq: 0n, hash: genesisHash }
  await db.eventHead.create({ data: { tenantId } })
  await db.auditHead.create({ data: { tenantId, hash: sealHead(key, start), prunedHash: sealPruned(key, start) } })
  return { seq: 0n, hash: genesisHash }
}
