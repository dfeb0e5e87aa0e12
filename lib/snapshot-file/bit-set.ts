/** A set of numbers below a bound, one bit for each: pages of a file, revisions by their place. */
export class BitSet {
  readonly #bits: Uint8Array
  #count = 0

  constructor(bound: number) {
    this.#bits = new Uint8Array(Math.ceil(bound / 8))
  }

  get count(): number {
    return this.#count
  }

  has(index: number): boolean {
    return ((this.#bits[index >>> 3] ?? 0) & (1 << (index & 7))) !== 0
  }

  /** Whether it was not in the set before. */
  add(index: number): boolean {
    if (this.has(index)) return false
    this.#bits[index >>> 3] = (this.#bits[index >>> 3] ?? 0) | (1 << (index & 7))
    this.#count += 1
    return true
  }

  delete(index: number): void {
    if (!this.has(index)) return
    this.#bits[index >>> 3] = (this.#bits[index >>> 3] ?? 0) & ~(1 << (index & 7))
    this.#count -= 1
  }
}
