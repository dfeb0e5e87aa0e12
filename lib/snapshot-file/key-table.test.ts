import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inShares, isInShare } from './hash-shares.ts'
import type { HashHalves } from './key-hash.ts'
import { KeyTable } from './key-table.ts'

const half = () => fc.oneof(fc.nat(20), fc.integer({ min: 2 ** 32 - 3, max: 2 ** 32 - 1 }), fc.nat(2 ** 32 - 1))

function addOne(table: KeyTable, hash: HashHalves): void {
  const slot = table.slotOf(hash)
  if (slot === undefined) throw new Error('There is no room')
  for (const column of table.columns) column.fill((column[slot] ?? 0) + 1, slot, slot + 1)
}

function numbersAt(table: KeyTable, hash: HashHalves): unknown[] {
  const slot = table.slotOf(hash) ?? -1
  return table.columns.map((column) => column[slot])
}

describe('a table of keys', () => {
  test('gives each key one place of its own, through all its growth', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ low: half(), high: half() }), { maxLength: 300 }), (hashes) => {
        const table = new KeyTable({ columns: 2, budgetBytes: 100_000 })
        const counts = new Map<string, number>()
        for (const hash of hashes) {
          const name = `${hash.high} ${hash.low}`
          counts.set(name, (counts.get(name) ?? 0) + 1)
          addOne(table, hash)
        }
        for (const [name, count] of counts) {
          const [high = 0, low = 0] = name.split(' ').map(Number)
          expect(numbersAt(table, { high, low })).toEqual([count, count])
        }
      }),
    )
  })

  test('grows to its budget, says when it is full, and is empty again when cleared', () => {
    const budgetBytes = 1_200_000
    const table = new KeyTable({ columns: 1, budgetBytes })
    const fill = () => {
      for (let index = 0; ; index += 1) {
        const slot = table.slotOf({ high: index, low: Math.imul(index, 0x9e3779b1) >>> 0 })
        if (slot === undefined) return index
        const [first] = table.columns
        if (first) first[slot] = index + 1
      }
    }
    const held = fill()
    expect(held).toBe(80_000)
    expect(table.columns[0]?.byteLength).toBeLessThanOrEqual(budgetBytes / 3)
    expect(table.slotOf({ high: 7, low: Math.imul(7, 0x9e3779b1) >>> 0 })).toBeDefined()
    table.clear()
    expect(fill()).toBe(held)
  })
})

describe('shares', () => {
  test('hold every hash once', () => {
    fc.assert(
      fc.property(half(), fc.integer({ min: 0, max: 10 }), (high, power) => {
        const of = 2 ** power
        const holders = Array.from({ length: of }, (_, index) => index).filter((index) =>
          isInShare({ high, low: 0 }, { index, of }),
        )
        expect(holders).toHaveLength(1)
      }),
    )
  })

  test('become smaller where one does not fit, and what is done is not done again', async () => {
    const sizes = [5, 0, 1, 0, 40, 0, 0, 2]
    const done: string[] = []
    await inShares({ index: 0, of: 1 }, ({ index, of }) => {
      const part = sizes.length / of
      const size = sizes.slice(Math.floor(index * part), Math.ceil((index + 1) * part)).reduce((a, b) => a + b, 0)
      const fits = size / Math.max(1, of / sizes.length) <= 10
      if (fits) done.push(`${index}/${of}`)
      return Promise.resolve(fits)
    })
    expect(done).toEqual(['0/2', ...Array.from({ length: 16 }, (_, index) => `${16 + index}/32`)])
  })

  test('end where nothing ever fits', async () => {
    await expect(inShares({ index: 0, of: 1 }, () => Promise.resolve(false))).rejects.toThrow('do not fit')
  })
})
