import type { HashHalves } from './key-hash.ts'

/** With everything else that is held, a file of any size is read in 64 MiB. */
export const tableBytesUsual = 48 * 1024 * 1024

/** Beyond it, probes for a free place become long. */
const fillMax = 0.8
/** A small file needs no large table; each step frees the one before when it is taken over. */
const growth = 4
const slotsFirst = 16_384

/**
 * An open-addressing hash table: for every key its 64-bit hash and `columns` numbers of 32 bits, in typed arrays that take at
 * most `budgetBytes`. A number 0 in the first column means that the place is free.
 */
export class KeyTable {
  /** One array of numbers for each column, by slot. They are others once `slotOf` has found a new key. */
  columns: readonly Uint32Array[]
  readonly #slotsMax: number
  #low: Uint32Array
  #high: Uint32Array
  #count = 0

  constructor({ columns, budgetBytes }: { columns: number; budgetBytes: number }) {
    this.#slotsMax = Math.max(2, Math.floor(budgetBytes / (4 * (columns + 2))))
    const slots = Math.min(slotsFirst, this.#slotsMax)
    this.columns = Array.from({ length: columns }, () => new Uint32Array(slots))
    this.#low = new Uint32Array(slots)
    this.#high = new Uint32Array(slots)
  }

  /** The key's slot; for a new key a free one, which the caller fills; `undefined` when there is no room. */
  slotOf(hash: HashHalves): number | undefined {
    const { low, high } = hash
    const found = this.#probe(low, high)
    if (this.columns[0]?.[found] !== 0) return found
    if (this.#count >= fillMax * this.#low.length) {
      if (!this.#grow()) return undefined
      return this.slotOf(hash)
    }
    this.#low[found] = low
    this.#high[found] = high
    this.#count += 1
    return found
  }

  clear(): void {
    for (const column of this.columns) column.fill(0)
    this.#count = 0
  }

  #probe(low: number, high: number): number {
    const slots = this.#low.length
    const used = this.columns[0]
    let slot = Math.floor((low / 2 ** 32) * slots)
    while (used?.[slot] !== 0 && (this.#low[slot] !== low || this.#high[slot] !== high)) {
      slot += 1
      if (slot === slots) slot = 0
    }
    return slot
  }

  #grow(): boolean {
    const before = { low: this.#low, high: this.#high, columns: this.columns }
    const slots = Math.min(this.#slotsMax, growth * before.low.length)
    if (slots === before.low.length) return false
    this.#low = new Uint32Array(slots)
    this.#high = new Uint32Array(slots)
    this.columns = before.columns.map(() => new Uint32Array(slots))
    for (let old = 0; old < before.low.length; old += 1) {
      if (before.columns[0]?.[old] === 0) continue
      const slot = this.#probe(before.low[old] ?? 0, before.high[old] ?? 0)
      this.#low[slot] = before.low[old] ?? 0
      this.#high[slot] = before.high[old] ?? 0
      for (const [index, column] of before.columns.entries())
        this.columns[index]?.fill(column[old] ?? 0, slot, slot + 1)
    }
    return true
  }
}
