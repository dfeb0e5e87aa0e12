import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { genesisHash, hashRecord, sealHead, sealPruned } from './audit-chain.ts'
import type { Chain, ChainRow } from './verify-chain.ts'
import { verifyChain } from './verify-chain.ts'

const tenantId = '0190d3c0-0000-7000-8000-000000000001'
const key = createSecretKey(Buffer.alloc(32, 7))
const otherKey = createSecretKey(Buffer.alloc(32, 8))

function chainOf(length: number, { prunedSeq = 0, signedBy = key, word = 'a' } = {}): Chain & { rows: ChainRow[] } {
  const rows: ChainRow[] = []
  let prevHash = genesisHash
  for (let n = 1; n <= length; n += 1) {
    const record = {
      tenantId,
      seq: BigInt(n),
      at: new Date(1_700_000_000_000 + n),
      actor: { kind: 'user', id: 'u1', label: 'ada@example.com' },
      via: 'browser',
      action: 'member.role-changed',
      target: { kind: 'member', id: 'u2', label: `${word}${n}` },
      diff: { role: ['viewer', 'admin'] },
      requestId: `r${n}`,
      prevHash,
    } as const
    const row = { ...record, hash: hashRecord(signedBy, record) }
    rows.push(row)
    prevHash = row.hash
  }
  const seq = BigInt(length)
  const prunedHash = rows[prunedSeq - 1]?.hash ?? genesisHash
  return {
    key,
    tenantId,
    rows: rows.slice(prunedSeq),
    head: {
      seq,
      seal: sealHead(signedBy, { tenantId, seq, hash: prevHash }),
      prunedSeq: BigInt(prunedSeq),
      prunedSeal: sealPruned(signedBy, { tenantId, seq: BigInt(prunedSeq), hash: prunedHash }),
    },
  }
}

const sizes = fc.integer({ min: 2, max: 12 })
const spots = fc.nat({ max: 1_000 })
const verdictOf = async (chain: Chain) => {
  const { verdict, seq } = await verifyChain(chain)
  return { verdict, seq: Number(seq) }
}
const edits: ((row: ChainRow) => ChainRow)[] = [
  (row) => ({ ...row, at: new Date(row.at.getTime() + 1) }),
  (row) => ({ ...row, actor: { ...row.actor, label: 'eve@example.com' } }),
  (row) => ({ ...row, actor: { ...row.actor, id: 'u9' } }),
  (row) => ({ ...row, actor: { ...row.actor, kind: 'system' } }),
  (row) => ({ ...row, via: 'api' }),
  (row) => ({ ...row, action: 'member.joined' }),
  (row) => ({ ...row, target: { ...row.target, id: 'u9' } }),
  (row) => ({ ...row, target: { ...row.target, kind: 'team' } }),
  (row) => ({ ...row, target: { ...row.target, label: 'somebody' } }),
  (row) => ({ ...row, diff: { role: ['viewer', 'owner'] } }),
  (row) => ({ ...row, requestId: 'r0' }),
  (row) => ({ ...row, prevHash: 'f'.repeat(64) }),
  (row) => ({ ...row, hash: 'f'.repeat(64) }),
]

describe('the verification of an audit chain', () => {
  it('finds an untouched chain intact and names its end as the anchor', async () => {
    const chain = chainOf(5)
    expect(await verifyChain(chain)).toEqual({ verdict: 'intact', rowCount: 5, seq: 5n, hash: chain.rows.at(-1)?.hash })
    expect(await verdictOf(chainOf(0))).toEqual({ verdict: 'intact', seq: 0 })
    expect(await verdictOf(chainOf(9, { prunedSeq: 4 }))).toEqual({ verdict: 'intact', seq: 9 })
  })

  it('does not care in which order Postgres gives back the names of a diff', async () => {
    const chain = chainOf(1)
    const record = { ...chainOf(1).rows[0], diff: { a: { x: 1, y: [2] }, b: null } } as ChainRow
    const mirrored = { ...record, diff: { b: null, a: { y: [2], x: 1 } } }
    expect(hashRecord(key, record)).toBe(hashRecord(key, mirrored))
    expect(hashRecord(key, record)).not.toBe(chain.rows[0]?.hash)
  })

  it('names the first row in which anything was changed', async () => {
    const cases = fc.record({ size: sizes, spot: spots, edit: fc.constantFrom(...edits), pruned: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(cases, async ({ size, spot, edit, pruned }) => {
        const chain = chainOf(size, { prunedSeq: pruned ? 1 : 0 })
        const index = spot % chain.rows.length
        const row = chain.rows[index] as ChainRow
        chain.rows[index] = edit(row)
        expect(await verdictOf(chain)).toEqual({ verdict: 'altered', seq: Number(row.seq) })
      }),
    )
  })

  it('names the first of the rows that are gone', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, spots, async (size, spot) => {
        const chain = chainOf(size)
        const [gone] = chain.rows.splice(spot % (size - 1), 1)
        expect(await verdictOf(chain)).toEqual({ verdict: 'missing', seq: Number(gone?.seq) })
      }),
    )
  })

  it('tells two swapped rows from a changed one', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, spots, spots, async (size, one, other) => {
        const chain = chainOf(size)
        const i = one % size
        const j = other % size
        fc.pre(i !== j)
        const [a, b] = [chain.rows[i], chain.rows[j]] as [ChainRow, ChainRow]
        chain.rows[i] = { ...b, seq: a.seq }
        chain.rows[j] = { ...a, seq: b.seq }
        expect(await verdictOf(chain)).toEqual({ verdict: 'reordered', seq: Math.min(i, j) + 1 })
      }),
    )
  })

  it('finds the newest rows cut off, with and without the head moved back', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, spots, fc.boolean(), async (size, spot, isHeadMoved) => {
        const chain = chainOf(size)
        const kept = spot % size
        chain.rows.length = kept
        if (isHeadMoved) chain.head = { ...chain.head, seq: BigInt(kept) }
        expect(await verdictOf(chain)).toEqual({ verdict: 'tail-cut', seq: kept + 1 })
      }),
    )
  })

  it('finds the oldest rows cut off, with and without a claim that they were pruned', async () => {
    const claimed = chainOf(8)
    claimed.rows.splice(0, 3)
    expect(await verdictOf({ ...claimed, head: { ...claimed.head, prunedSeq: 3n } })).toEqual({
      verdict: 'pruned-mismatch',
      seq: 4,
    })
    expect(await verdictOf(claimed)).toEqual({ verdict: 'missing', seq: 1 })
  })

  it('finds rows forged before the beginning, twice at one place and behind the end', async () => {
    const chain = chainOf(6, { prunedSeq: 2 })
    const [first] = chain.rows as [ChainRow]
    expect(await verdictOf({ ...chain, rows: [{ ...first, seq: 1n }, ...chain.rows] })).toEqual({
      verdict: 'forged',
      seq: 1,
    })
    expect(await verdictOf({ ...chain, rows: [first, first] })).toEqual({ verdict: 'forged', seq: 3 })
    expect(await verdictOf({ ...chain, rows: chainOf(7, { prunedSeq: 2 }).rows.slice(0) })).toEqual({
      verdict: 'forged',
      seq: 7,
    })
  })

  it('finds a chain rewritten without the key at its first row', async () => {
    expect(await verdictOf({ ...chainOf(5, { signedBy: otherKey }), key })).toEqual({ verdict: 'altered', seq: 1 })
  })

  it('finds a chain rewritten with the key by an anchor, and a cut one too', async () => {
    const anchor = (n: number) => ({ seq: BigInt(n), hash: chainOf(8).rows[n - 1]?.hash ?? '' })
    expect(await verdictOf({ ...chainOf(8), anchors: [anchor(3), anchor(8)] })).toEqual({ verdict: 'intact', seq: 8 })
    expect(await verdictOf({ ...chainOf(8, { word: 'b' }), anchors: [anchor(6)] })).toEqual({
      verdict: 'chain-rewritten',
      seq: 6,
    })
    expect(await verdictOf({ ...chainOf(8, { prunedSeq: 3 }), anchors: [anchor(3)] })).toEqual({
      verdict: 'anchor-pruned',
      seq: 3,
    })
    expect(await verdictOf({ ...chainOf(5), anchors: [anchor(8)] })).toEqual({ verdict: 'tail-cut', seq: 6 })
  })

  it('finds two chains spliced together with the key', async () => {
    const rows = [...chainOf(4).rows, ...chainOf(8, { word: 'b' }).rows.slice(4)]
    expect(await verdictOf({ ...chainOf(8, { word: 'b' }), rows })).toEqual({ verdict: 'chain-rewritten', seq: 5 })
  })
})
