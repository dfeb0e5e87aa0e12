import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HashShare, inShares } from './hash-share.ts'
import type { HashHalves } from './key-hash.ts'
import { KeyTable } from './key-table.ts'

/** Counts a hash in every column of the table. */
function addOne(table: KeyTable, hash: HashHalves, share: HashShare): void {
  const slot = table.slotOf(hash, share)
  if (slot === undefined) return
  for (const column of table.columns) column.fill((column[slot] ?? 0) + 1, slot, slot + 1)
}

function numbersAt(table: KeyTable, hash: HashHalves, share: HashShare): unknown[] {
  const slot = table.slotOf(hash, share) ?? -1
  return table.columns.map((column) => column[slot])
}

/** What one pass finds of the keys that are of its share in the end. */
function countShare(table: KeyTable, added: readonly number[], share: HashShare): [number, unknown[]][] {
  table.clear()
  for (const index of added) addOne(table, numbered(index), share)
  const counted = [...new Set(added)].filter((index) => share.has(numbered(index)))
  return counted.map((index) => [index, numbersAt(table, numbered(index), share)])
}

const numbered = (index: number): HashHalves => ({
  low: Math.imul(index, 0x9e3779b1) >>> 0,
  high: Math.imul(index, 0x85ebca6b) >>> 0,
})

describe('a table of keys', () => {
  test('gives each key one place of its own, through all its growth', () => {
    const table = new KeyTable({ columns: 2, budgetBytes: 4_000_000 })
    const share = new HashShare()
    for (let round = 0; round < 2; round += 1)
      for (let index = 0; index < 100_000; index += 1) addOne(table, numbered(index), share)
    for (let index = 0; index < 100_000; index += 1) expect(numbersAt(table, numbered(index), share)).toEqual([2, 2])
    expect(share.next()).toBeUndefined()
    expect(table.columns[0]?.byteLength).toBeLessThanOrEqual(1_000_000)
  })

  test('counts every key, in as many passes as it has not room for all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(500), { maxLength: 600, size: 'max' }), async (added) => {
        const table = new KeyTable({ columns: 2, budgetBytes: 1 })
        const found = new Map<number, unknown[]>()
        await inShares(new HashShare(), (share) => {
          for (const [index, numbers] of countShare(table, added, share)) found.set(index, numbers)
          return Promise.resolve()
        })
        const wanted = Map.groupBy(added, (index) => index)
        expect(found).toEqual(new Map([...wanted].map(([index, { length }]) => [index, [length, length]])))
      }),
    )
  })

  test('says so where more keys begin alike than it has room for', () => {
    const table = new KeyTable({ columns: 1, budgetBytes: 1 })
    const add = () => {
      for (let low = 0; low < 100; low += 1) addOne(table, { high: 0, low }, new HashShare())
    }
    expect(add).toThrow('do not fit')
  })
})

describe('shares', () => {
  test('follow each other without a gap and without overlap, however often they are halved', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(2 ** 32 - 1), fc.array(fc.nat(3), { maxLength: 20 }), async (high, halvings) => {
        const rest = [...halvings]
        let holders = 0
        await inShares(new HashShare(), (share) => {
          for (let count = rest.shift() ?? 0; count > 0; count -= 1) share.halve()
          holders += share.has({ high, low: 0 }) ? 1 : 0
          return Promise.resolve()
        })
        expect(holders).toBe(1)
      }),
    )
  })

  test('end with the last hash there is', () => {
    expect(new HashShare().has({ high: 2 ** 32 - 1, low: 0 })).toBe(true)
    expect(new HashShare().next()).toBeUndefined()
  })
})
