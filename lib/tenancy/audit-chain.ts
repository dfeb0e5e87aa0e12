import type { KeyObject } from 'node:crypto'
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
 * HMAC-SHA256 in hex over the record in canonical JSON: the names of every object in order. Without the key, which the
 * database never sees unwrapped, nobody can make a row that fits, not even its administrator.
 */
export function hashRecord(key: KeyObject, record: AuditRecord): string {
  const { actor, target } = record
  return hmac(key, {
    action: record.action,
    actor: { id: actor.id, kind: actor.kind, label: actor.label },
    at: record.at.toJSON(),
    diff: inOrder(record.diff),
    prevHash: record.prevHash,
    requestId: record.requestId,
    seq: record.seq.toString(),
    target: { id: target.id, kind: target.kind, label: target.label },
    tenantId: record.tenantId,
    via: record.via,
  })
}

interface SealedEnd {
  tenantId: string
  seq: bigint
  /** Hash of the row at `seq`. */
  hash: string
}

/**
 * The seal on the end of a chain. A chain alone cannot show that its newest rows were cut off; its seal can, since the one
 * for the shorter chain cannot be made without the key.
 */
export function sealHead(key: KeyObject, { tenantId, seq, hash }: SealedEnd): string {
  return hmac(key, { end: 'head', hash, seq: seq.toString(), tenantId })
}

/** The seal on the beginning of a chain whose rows up to `seq` have been pruned; `hash` is that of the last row pruned. */
export function sealPruned(key: KeyObject, { tenantId, seq, hash }: SealedEnd): string {
  return hmac(key, { end: 'pruned', hash, seq: seq.toString(), tenantId })
}

function hmac(key: KeyObject, value: object): string {
  return createHmac('sha256', key).update(JSON.stringify(value)).digest('hex')
}

/** A copy whose objects have their names in order of code units, however Postgres gave them back. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(inOrder)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, item]) => [name, inOrder(item)]))
}
