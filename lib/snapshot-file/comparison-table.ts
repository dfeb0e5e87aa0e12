import type { GroupOf } from './group-numbers.ts'
import { GroupNumbers } from './group-numbers.ts'
import type { HashShare } from './hash-share.ts'
import { KeyHash } from './key-hash.ts'
import { KeyTable, tableBytesUsual } from './key-table.ts'
import type { OpenSnapshot } from './live-marks.ts'
import { readBytes } from './open-file.ts'
import { PageSource } from './page-source.ts'
import { readAllRevisions } from './read-revisions.ts'
import type { Revision } from './revision.ts'
import { readKeyAt } from './revision.ts'

export interface CompareOptions {
  /** 1,000 groups by default; keys of further ones are counted in the group without a name. */
  readonly groupsMax?: number | undefined
  /** Names of keys for each group and kind of difference, 5 by default. */
  readonly samplesMax?: number | undefined
  /** For telling keys apart, 32 MiB by default: 700,000 keys at a time. */
  readonly tableBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface GroupDifference {
  /** Absent for the keys that have no group of their own. */
  readonly name: string | undefined
  readonly addedCount: number
  /** Whose value differs; one that was only written again with the same value is unchanged. */
  readonly changedCount: number
  readonly removedCount: number
  readonly unchangedCount: number
  /** Some of the keys, the first 1,024 bytes of each. */
  readonly samples: Readonly<Record<DifferenceKind, readonly Uint8Array[]>>
}

export type DifferenceKind = 'added' | 'changed' | 'removed'

type Side = 'before' | 'after'
type Sides = Readonly<Record<Side, OpenSnapshot>>
type Outcome = DifferenceKind | 'unchanged'

/** Bits of the first column; above them stands the group. */
const isKnown = 1
const livesIn = { before: 2, after: 4 } as const
/** Whether the place of the key is one in the second file. */
const isPlacedAfter = 8
const groupShift = 4

/** Columns: state, hash of the value before (2) and after (2), where the key is to be found (2). */
const columnCount = 7
const valueColumn = { before: 1, after: 3 } as const
const placeColumn = 5

const samplesUsual = 5
const sampleBytesMax = 1024
const partBytes = 1024 * 1024

/** What is known of the keys of one share in both snapshots, and what the shares before came to. */
export class ComparisonTable {
  readonly #sides: Sides
  readonly #sources: Readonly<Record<Side, PageSource>>
  readonly #table: KeyTable
  readonly #groups: GroupNumbers
  readonly #samplesMax: number
  readonly #counted = new Map<number, Counted>()
  readonly #keyHash = new KeyHash()
  readonly #valueHash = new KeyHash()

  constructor(sides: Sides, groupOf: GroupOf, options: CompareOptions) {
    const { groupsMax, samplesMax = samplesUsual, tableBytes = tableBytesUsual } = options
    this.#sides = sides
    this.#sources = { before: sourceOf(sides.before), after: sourceOf(sides.after) }
    const { pageCount, pageSize } = sides.before.layout
    this.#table = new KeyTable({ columns: columnCount, budgetBytes: tableBytes, dataBytes: pageCount * pageSize })
    this.#groups = new GroupNumbers(groupOf, groupsMax)
    this.#samplesMax = samplesMax
  }

  /** Takes in the keys of one side that are in the share. */
  async take(side: Side, share: HashShare): Promise<void> {
    const visit = (revision: Revision) => {
      const slot = this.#slotOf(revision, side, share)
      return slot === undefined ? undefined : this.#hold(slot, revision, side)
    }
    await readAllRevisions(this.#sources[side].again(), this.#sides[side].keyBucket, visit)
  }

  /** Adds up what the table holds of the share, and empties it. */
  async countShare(): Promise<void> {
    const [states] = this.#table.columns
    for (const [slot, state] of (states ?? []).entries()) {
      const outcome = this.#outcomeOf(slot, state)
      if (outcome === undefined) continue
      const counted = this.#countedOf(state >>> groupShift)
      counted[outcome] += 1
      if (outcome === 'unchanged') continue
      const samples = counted.samples[outcome]
      if (samples.length < this.#samplesMax) samples.push(await this.#readKey(slot, state))
    }
    this.#table.clear()
  }

  result(): GroupDifference[] {
    const names = new Map(this.#groups.entries().map(([name, group]) => [group, name]))
    const groups = [...this.#counted].map(([group, counted]) => ({
      name: names.get(group),
      addedCount: counted.added,
      changedCount: counted.changed,
      removedCount: counted.removed,
      unchangedCount: counted.unchanged,
      samples: counted.samples,
    }))
    const differences = (group: GroupDifference) => group.addedCount + group.changedCount + group.removedCount
    return groups.sort((a, b) => differences(b) - differences(a) || ((a.name ?? '') < (b.name ?? '') ? -1 : 1))
  }

  #slotOf(revision: Revision, side: Side, share: HashShare): number | undefined {
    const { bytes, keyStart, keyEnd, entry } = revision
    if (keyStart === keyEnd) return undefined
    this.#keyHash.of(bytes, keyStart, keyEnd)
    const slot = this.#table.slotOf(this.#keyHash, share)
    if (slot !== undefined && this.#at(0, slot) === 0) {
      const group = this.#groups.numberOf(bytes, keyStart, keyEnd)
      this.#set(0, slot, (group << groupShift) | isKnown | (side === 'after' ? isPlacedAfter : 0))
      this.#set(placeColumn, slot, entry.valuePosition)
      this.#set(placeColumn + 1, slot, Math.floor(entry.valuePosition / 2 ** 32))
    }
    return slot
  }

  /** The last revision of a key is what stays. */
  #hold(slot: number, revision: Revision, side: Side): Promise<void> | undefined {
    const state = this.#at(0, slot)
    this.#set(0, slot, revision.isDeletion ? state & ~livesIn[side] : state | livesIn[side])
    if (revision.isDeletion) return undefined
    if (revision.entry.hiddenBytes > 0) return this.#holdLarge(slot, revision, side)
    this.#valueHash.of(revision.bytes, revision.valueStart, revision.valueStart + revision.valueBytes)
    this.#holdValue(slot, side)
    return undefined
  }

  async #holdLarge(slot: number, { valuePosition, valueBytes }: Revision, side: Side): Promise<void> {
    this.#valueHash.begin()
    for (let done = 0; done < valueBytes; done += partBytes) {
      const part = await readBytes(this.#sides[side].file, valuePosition + done, Math.min(partBytes, valueBytes - done))
      const whole = part.length - (part.length & 3)
      this.#valueHash.add(part, 0, whole)
      if (done + part.length === valueBytes) this.#valueHash.finish(part, whole, part.length)
    }
    this.#holdValue(slot, side)
  }

  #holdValue(slot: number, side: Side): void {
    this.#set(valueColumn[side], slot, this.#valueHash.low)
    this.#set(valueColumn[side] + 1, slot, this.#valueHash.high)
  }

  #outcomeOf(slot: number, state: number): Outcome | undefined {
    const isBefore = (state & livesIn.before) !== 0
    const isAfter = (state & livesIn.after) !== 0
    if (!isBefore && !isAfter) return undefined
    if (!isBefore) return 'added'
    if (!isAfter) return 'removed'
    const isSame = [0, 1].every(
      (half) => this.#at(valueColumn.before + half, slot) === this.#at(valueColumn.after + half, slot),
    )
    return isSame ? 'unchanged' : 'changed'
  }

  #countedOf(group: number): Counted {
    const known = this.#counted.get(group)
    if (known) return known
    const counted = { added: 0, changed: 0, removed: 0, unchanged: 0, samples: { added: [], changed: [], removed: [] } }
    this.#counted.set(group, counted)
    return counted
  }

  #readKey(slot: number, state: number): Promise<Uint8Array> {
    const { file } = this.#sides[(state & isPlacedAfter) === 0 ? 'before' : 'after']
    return readKeyAt(file, this.#at(placeColumn, slot) + this.#at(placeColumn + 1, slot) * 2 ** 32, sampleBytesMax)
  }

  #at(column: number, slot: number): number {
    return this.#table.columns[column]?.[slot] ?? 0
  }

  #set(column: number, slot: number, value: number): void {
    const numbers = this.#table.columns[column]
    if (numbers) numbers[slot] = value
  }
}

interface Counted extends Record<Outcome, number> {
  readonly samples: Record<DifferenceKind, Uint8Array[]>
}

function sourceOf({ file, layout }: OpenSnapshot): PageSource {
  return new PageSource(file, layout)
}
