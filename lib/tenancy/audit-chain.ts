import { createHmac } from 'node:crypto'
import type { Actor, Via } from './context.ts'

/** What the hash of an audit event covers: everything its row says. */
export interface AuditRecord {
  tenantId: string
  /** Position in the team's chain, from 1 without gaps. */
  seq: bigint
  at: Date
  actor: Actor
  via: Via
  action: string
  target: { kind: string; id: string; label: string }
  diff: Record<string, unknown>
  requestId: string
  /** Hash of the event before it; of the first one `genesisHash`. */
  prevHash: string
}

/** What stands in the place of the hash before the first event. */
export const genesisHash = '0'.repeat(64)

/**
 * HMAC-SHA256 in hex over the record in canonical JSON. Without the key, which the database never sees unwrapped, nobody can
 * make a row that fits, not even its administrator.
 */
export function hashRecord(key: Buffer, record: AuditRecord): string {
  return hmac(key, {
    ...record,
    seq: record.seq.toString(),
    at: record.at.toISOString(),
    actor: { kind: record.actor.kind, id: record.actor.id, label: record.actor.label },
  })
}

/**
 * The seal on the end of a chain. A chain alone cannot show that its newest rows were cut off; its seal can, since the one
 * for the shorter chain cannot be made without the key.
 */
export function sealHead(key: Buffer, head: { tenantId: string; seq: bigint; hash: string }): string {
  return hmac(key, { end: 'head', tenantId: head.tenantId, seq: head.seq.toString(), hash: head.hash })
}

/** The seal on the beginning of a chain whose rows up to `seq` have been pruned; `hash` is that of the last row pruned. */
export function sealPruned(key: Buffer, pruned: { tenantId: string; seq: bigint; hash: string }): string {
  return hmac(key, { end: 'pruned', tenantId: pruned.tenantId, seq: pruned.seq.toString(), hash: pruned.hash })
}

function hmac(key: Buffer, value: unknown): string {
  return createHmac('sha256', key).update(canonicalJson(value)).digest('hex')
}

/** JSON with the keys of every object in order of their code units, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
}
