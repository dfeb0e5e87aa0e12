import type { HashHalves } from './key-hash.ts'

const hashEnd = 2 ** 32

/** The keys whose hash begins within a range: as many as fit into a table, which makes the range smaller where they do not. */
export class HashShare {
  readonly #from: number
  #to: number

  constructor(from = 0, to = hashEnd) {
    this.#from = from
    this.#to = to
  }

  has({ high }: HashHalves): boolean {
    return high >= this.#from && high < this.#to
  }

  halve(): void {
    const half = Math.floor((this.#to - this.#from) / 2)
    if (half === 0) throw new Error('The keys of a snapshot do not fit, however few are taken at a time')
    this.#to = this.#from + half
  }

  /** What comes behind this share as it is now, and twice as much of it: to halve again costs little. None after the last. */
  next(): HashShare | undefined {
    if (this.#to === hashEnd) return undefined
    return new HashShare(this.#to, Math.min(hashEnd, this.#to + 2 * (this.#to - this.#from)))
  }
}

/** Runs a pass for every key there can be, a share at a time. */
export async function inShares(first: HashShare | undefined, pass: (share: HashShare) => Promise<void>): Promise<void> {
  for (let share = first; share; share = share.next()) await pass(share)
}
