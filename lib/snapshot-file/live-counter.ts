import type { Share } from './hash-shares.ts'
import { isInShare } from './hash-shares.ts'
import { KeyHash } from './key-hash.ts'
import { KeyTable } from './key-table.ts'
import type { Revision } from './revision.ts'

/** Names a key's group. Called once per key, in no certain order. */
export type GroupOf = (key: Uint8Array) => string

export interface LiveKeys {
  readonly count: number
  readonly groups: readonly { readonly name: string; readonly count: number }[]
  /** Keys of further groups than there is room for, and of those whose name is too long. */
  readonly ungroupedCount: number
}

export interface LiveCounterOptions {
  readonly groupOf?: GroupOf | undefined
  readonly groupsMax?: number | undefined
  readonly tableBytes?: number | undefined
}

const tableBytesUsual = 48 * 1024 * 1024
const groupsUsual = 1000
const groupNameMax = 1024

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
  readonly #groupOf: GroupOf | undefined
  readonly #groupsMax: number
  /** Group 0 is for keys that have no room in another. */
  readonly #groups = new Map<string, number>()
  readonly #counts: number[] = [0]
  #isFull = false

  constructor({ groupOf, groupsMax = groupsUsual, tableBytes = tableBytesUsual }: LiveCounterOptions) {
    this.#table = new KeyTable({ columns: 1, budgetBytes: tableBytes })
    this.#groupOf = groupOf
    this.#groupsMax = groupsMax
  }

  /** Whether the keys did not fit: this pass is for nothing. */
  get isFull(): boolean {
    return this.#isFull
  }

  see(revision: Revision, share: Share): void {
    const { bytes, keyStart, keyEnd, isDeletion } = revision
    if (this.#isFull || keyStart === keyEnd) return
    this.#hash.of(bytes, keyStart, keyEnd)
    if (!isInShare(this.#hash, share)) return
    const slot = this.#table.slotOf(this.#hash)
    const [states] = this.#table.columns
    if (slot === undefined || !states) {
      this.#isFull = true
      return
    }
    const known = states[slot] || (this.#groupNumber(revision) << groupShift) | isKnown
    states[slot] = isDeletion ? known & ~isLive : known | isLive
  }

  /** Takes over what the pass counted, unless it was for nothing; the next one begins empty. */
  endPass(): void {
    const [states] = this.#table.columns
    if (states && !this.#isFull) {
      for (const state of states) {
        if ((state & isLive) === 0) continue
        const group = state >>> groupShift
        this.#counts[group] = (this.#counts[group] ?? 0) + 1
      }
    }
    this.#table.clear()
    this.#isFull = false
  }

  /** Groups with the most keys first. */
  result(): LiveKeys {
    const groups = [...this.#groups]
      .map(([name, group]) => ({ name, count: this.#counts[group] ?? 0 }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    const count = this.#counts.reduce((sum, one) => sum + one, 0)
    return { count, groups, ungroupedCount: this.#groupOf ? (this.#counts[0] ?? 0) : 0 }
  }

  #groupNumber({ bytes, keyStart, keyEnd }: Revision): number {
    if (!this.#groupOf) return 0
    const name = this.#groupOf(bytes.subarray(keyStart, keyEnd))
    const known = this.#groups.get(name)
    if (known !== undefined) return known
    if (this.#groups.size >= this.#groupsMax || name.length > groupNameMax) return 0
    const group = this.#groups.size + 1
    this.#groups.set(name, group)
    return group
  }
}
