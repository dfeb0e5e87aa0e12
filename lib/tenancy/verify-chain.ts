import type { KeyObject } from 'node:crypto'
import type { AuditRecord } from './audit-chain.ts'
import { genesisHash, hashRecord, sealHead, sealPruned } from './audit-chain.ts'

/** An audit event as it is stored. */
export interface ChainRow extends AuditRecord {
  hash: string
}

/** The row of `audit_head`: where the chain ends, and up to where it was pruned; each end sealed. */
export interface ChainHead {
  seq: bigint
  seal: string
  prunedSeq: bigint
  prunedSeal: string
}

/** What somebody wrote down about a chain earlier, outside the database. */
export interface Anchor {
  seq: bigint
  hash: string
}

export const chainFaults = [
  /** The row is not what was written. */
  'altered',
  /** The row is gone, though rows after it are there. */
  'missing',
  /** The row is a true one of another position. */
  'reordered',
  /** The row stands outside the chain's ends. */
  'forged',
  /** The newest rows are gone. */
  'tail-cut',
  /** The oldest rows are gone, and not by retention. */
  'pruned-mismatch',
  /** Every row holds in itself, but this is not the chain that was there before. */
  'chain-rewritten',
  /** What was written down is older than the oldest row, so nobody can tell. */
  'anchor-pruned',
  /** The chain has rows and no end. */
  'head-missing',
  /** The team's key is gone or no root key opens it, so no row can be judged. */
  'key-unreadable',
] as const

export type ChainFault = (typeof chainFaults)[number]

/** `seq` names the first bad row; of an intact chain, `seq` and `hash` are the anchor to write down. */
export type ChainVerdict =
  | { verdict: 'intact'; rowCount: number; seq: bigint; hash: string }
  | { verdict: ChainFault; rowCount: number; seq: bigint }

export interface Chain {
  key: KeyObject
  tenantId: string
  head: ChainHead
  /** All rows of the team in order of `seq`. */
  rows: AsyncIterable<ChainRow> | Iterable<ChainRow>
  anchors?: readonly Anchor[]
}

interface Walk {
  chain: Chain
  rowCount: number
  last: Anchor | undefined
}

/**
 * Judges one chain, reading each row once. Whoever writes to the database without the key is found: rows edited, deleted,
 * swapped or forged, either end cut. Whoever has the key too is found by an anchor.
 */
export async function verifyChain(chain: Chain): Promise<ChainVerdict> {
  const walk: Walk = { chain, rowCount: 0, last: undefined }
  for await (const row of chain.rows) {
    walk.rowCount += 1
    const fault = judgeRow(walk, row)
    if (fault) return { ...fault, rowCount: walk.rowCount }
    walk.last = { seq: row.seq, hash: row.hash }
  }
  const end = judgeEnd(walk)
  return { ...end, rowCount: walk.rowCount }
}

interface Fault {
  verdict: ChainFault
  seq: bigint
}

function judgeRow({ chain, last }: Walk, row: ChainRow): Fault | undefined {
  const { head, key, tenantId } = chain
  const expectedSeq = (last?.seq ?? head.prunedSeq) + 1n
  if (row.seq < expectedSeq || row.seq > head.seq) return { verdict: 'forged', seq: row.seq }
  if (row.seq > expectedSeq) return { verdict: 'missing', seq: expectedSeq }
  if (hashRecord(key, row) !== row.hash) return { verdict: nameChange(chain, row), seq: row.seq }
  const isLinked = last
    ? row.prevHash === last.hash
    : sealPruned(key, { tenantId, seq: head.prunedSeq, hash: row.prevHash }) === head.prunedSeal
  if (!isLinked) return { verdict: last ? 'chain-rewritten' : 'pruned-mismatch', seq: row.seq }
  const anchor = chain.anchors?.find(({ seq }) => seq === row.seq)
  return anchor && anchor.hash !== row.hash ? { verdict: 'chain-rewritten', seq: row.seq } : undefined
}

/** A row that holds at another position was moved; one that holds at none was altered. Only ever asked for one row. */
function nameChange({ key, head }: Chain, row: ChainRow): ChainFault {
  for (let seq = head.prunedSeq + 1n; seq <= head.seq; seq += 1n) {
    if (hashRecord(key, { ...row, seq }) === row.hash) return 'reordered'
  }
  return 'altered'
}

function judgeEnd({ chain, last }: Walk): Fault | { verdict: 'intact'; seq: bigint; hash: string } {
  const { head, key, tenantId } = chain
  const end = last ?? { seq: head.prunedSeq, hash: genesisHash }
  if (end.seq < head.seq) return { verdict: 'tail-cut', seq: end.seq + 1n }
  if (sealHead(key, { tenantId, ...end }) !== head.seal) return { verdict: 'tail-cut', seq: end.seq + 1n }
  const pruned = chain.anchors?.find(({ seq }) => seq <= head.prunedSeq)
  if (pruned) return { verdict: 'anchor-pruned', seq: pruned.seq }
  if (chain.anchors?.some(({ seq }) => seq > end.seq)) return { verdict: 'tail-cut', seq: end.seq + 1n }
  return { verdict: 'intact', ...end }
}
