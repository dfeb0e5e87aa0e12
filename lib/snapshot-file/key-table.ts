import type { HashShare } from './hash-share.ts'
import type { HashHalves } from './key-hash.ts'

/** With everything else that is held, a file of any size is read in 64 MiB. */
export const tableBytesUsual = 32 * 1024 * 1024

/** Beyond it, probes for a free place become long. */
const fillMax = 0.8
/** A small file needs no large table; each step frees the one before when it is taken over. */
const growth = 4
/** So few that a free one is always left. */
const slotsMin = 16
const slotsFirst = 16_384
/** What a key takes of a file at the least, as a rule. */
const bytesPerKey = 128

interface TableOptions {
  readonly columns: number
  readonly budgetBytes: number
  /** The size of the file: for a large one the table does not begin small, since to grow takes room for both. */
  readonly dataBytes?: number
}

/**
 * An open-addressing hash table with linear probing: for every key its 64-bit hash and `columns` numbers of 32 bits, in typed
 * arrays that take at most `budgetBytes`. A number 0 in the first column means that the place is free.
 */
export class KeyTable {
  /** One array of numbers for each column, by slot. They may be others once `slotOf` has answered. */
  columns: readonly Uint32Array[]
  readonly #slotsMax: number
  #low: Uint32Array
  #high: Uint32Array
  #count = 0

  constructor({ columns, budgetBytes, dataBytes = 0 }: TableOptions) {
    this.#slotsMax = Math.max(slotsMin, Math.floor(budgetBytes / (4 * (columns + 2))))
    const slots = Math.min(Math.max(slotsFirst, Math.floor(dataBytes / bytesPerKey)), this.#slotsMax)
    this.columns = Array.from({ length: columns }, () => new Uint32Array(slots))
    this.#low = new Uint32Array(slots)
    this.#high = new Uint32Array(slots)
  }

  /**
   * The key's slot; for a new key a free one, which the caller fills. `undefined` for a key that is not of the share: where
   * there is no room, the share is halved, and what is not of it any more is dropped.
   */
  slotOf(hash: HashHalves, share: HashShare): number | undefined {
    while (share.has(hash)) {
      const found = this.#probe(hash.low, hash.high)
      if (this.columns[0]?.[found] !== 0) return found
      if (this.#count < fillMax * this.#low.length) {
        this.#low[found] = hash.low
        this.#high[found] = hash.high
        this.#count += 1
        return found
      }
      if (!this.#grow()) {
        share.halve()
        this.#keep(share)
      }
    }
    return undefined
  }

  clear(): void {
    for (const column of this.columns) column.fill(0)
    this.#count = 0
  }

  #firstSlot(low: number): number {
    return Math.floor((low / 2 ** 32) * this.#low.length)
  }

  #after(slot: number): number {
    return slot + 1 === this.#low.length ? 0 : slot + 1
  }

  #probe(low: number, high: number): number {
    const used = this.columns[0]
    let slot = this.#firstSlot(low)
    while (used?.[slot] !== 0 && (this.#low[slot] !== low || this.#high[slot] !== high)) slot = this.#after(slot)
    return slot
  }

  /**
   * Takes each key out and puts it back, or not. Begun behind a free slot, no key is put where one still waits to be taken
   * out: none ever lies before the slot its hash names.
   */
  #keep(share: HashShare): void {
    const used = this.columns[0]
    const free = used?.indexOf(0) ?? 0
    this.#count = 0
    for (let slot = this.#after(free); slot !== free; slot = this.#after(slot)) {
      if (used?.[slot] === 0) continue
      const [low = 0, high = 0] = [this.#low[slot], this.#high[slot]]
      const numbers = this.columns.map((column) => column[slot] ?? 0)
      for (const column of this.columns) column[slot] = 0
      if (share.has({ low, high })) this.#put({ low, high }, numbers)
    }
  }

  #grow(): boolean {
    const before = { low: this.#low, high: this.#high, columns: this.columns }
    const slots = Math.min(this.#slotsMax, growth * before.low.length)
    if (slots === before.low.length) return false
    this.#low = new Uint32Array(slots)
    this.#high = new Uint32Array(slots)
    this.columns = before.columns.map(() => new Uint32Array(slots))
    this.#count = 0
    for (let old = 0; old < before.low.length; old += 1) {
      const numbers = before.columns.map((column) => column[old] ?? 0)
      if (numbers[0] !== 0) this.#put({ low: before.low[old] ?? 0, high: before.high[old] ?? 0 }, numbers)
    }
    return true
  }

  #put({ low, high }: HashHalves, numbers: readonly number[]): void {
    const slot = this.#probe(low, high)
    this.#low[slot] = low
    this.#high[slot] = high
    for (const [index, column] of this.columns.entries()) column[slot] = numbers[index] ?? 0
    this.#count += 1
  }
}
