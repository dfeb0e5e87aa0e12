/** One bit for each page of a file. */
export class PageMarks {
  readonly #bits: Uint8Array
  #count = 0

  constructor(pageCount: number) {
    this.#bits = new Uint8Array(Math.ceil(pageCount / 8))
  }

  /** How many pages are marked. */
  get count(): number {
    return this.#count
  }

  has(pageId: number): boolean {
    return ((this.#bits[pageId >>> 3] ?? 0) & (1 << (pageId & 7))) !== 0
  }

  /** Whether it was not marked before. */
  add(pageId: number): boolean {
    if (this.has(pageId)) return false
    this.#bits[pageId >>> 3] = (this.#bits[pageId >>> 3] ?? 0) | (1 << (pageId & 7))
    this.#count += 1
    return true
  }
}
