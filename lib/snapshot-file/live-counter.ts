import type { GroupOf } from './group-numbers.ts'
import { GroupNumbers } from './group-numbers.ts'
import type { HashShare } from './hash-share.ts'
import { KeyHash } from './key-hash.ts'
import { KeyTable, tableBytesUsual } from './key-table.ts'
import type { Revision } from './revision.ts'

export interface LiveKeys {
  readonly count: number
  /** Those with the most keys first. */
  readonly groups: readonly { readonly name: string; readonly count: number }[]
  /** Keys of no group, of further groups than there is room for, and of those whose name is too long. */
  readonly ungroupedCount: number
}

export interface LiveCounterOptions {
  readonly groupOf?: GroupOf | undefined
  /** 1,000 by default. */
  readonly groupsMax?: number | undefined
  /** For telling keys apart, 32 MiB by default: 2.2 million keys at a time. */
  readonly tableBytes?: number | undefined
}

const isLive = 1
const isKnown = 2
const groupShift = 2

/**
 * Counts the keys that live at the last revision seen: of each key the last revision decides. Keys are told apart by 64 bits
 * of a hash. A pass counts one share of them; what it found is taken over by `endPass`.
 */
export class LiveCounter {
  readonly #table: KeyTable
  readonly #hash = new KeyHash()
  readonly #groups: GroupNumbers
  readonly #hasGroups: boolean
  readonly #counts: number[] = [0]

  constructor({ groupOf, groupsMax, tableBytes = tableBytesUsual }: LiveCounterOptions, dataBytes: number) {
    this.#table = new KeyTable({ columns: 1, budgetBytes: tableBytes, dataBytes })
    this.#groups = new GroupNumbers(groupOf, groupsMax)
    this.#hasGroups = groupOf !== undefined
  }

  see({ bytes, keyStart, keyEnd, isDeletion }: Revision, share: HashShare): void {
    if (keyStart === keyEnd) return
    this.#hash.of(bytes, keyStart, keyEnd)
    const slot = this.#table.slotOf(this.#hash, share)
    const [states] = this.#table.columns
    if (slot === undefined || !states) return
    const known = states[slot] || (this.#groups.numberOf(bytes, keyStart, keyEnd) << groupShift) | isKnown
    states[slot] = isDeletion ? known & ~isLive : known | isLive
  }

  /** Takes over what the pass counted of its share; the next one begins empty. */
  endPass(): void {
    for (const state of this.#table.columns[0] ?? []) {
      const group = state >>> groupShift
      if ((state & isLive) !== 0) this.#counts[group] = (this.#counts[group] ?? 0) + 1
    }
    this.#table.clear()
  }

  result(): LiveKeys {
    const groups = this.#groups
      .entries()
      .map(([name, group]) => ({ name, count: this.#counts[group] ?? 0 }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    const count = this.#counts.reduce((sum, one) => sum + one, 0)
    return { count, groups, ungroupedCount: this.#hasGroups ? (this.#counts[0] ?? 0) : 0 }
  }
}
