/** Names a key's group, or says that it has none. Called once per key of a file, in no certain order. */
export type GroupOf = (key: Uint8Array) => string | undefined

/** Keys of further groups are counted together. */
const groupsUsual = 1000
const groupNameMax = 1024

/** Groups by small numbers, so that a table holds them; 0 is for keys that have no room in another. */
export class GroupNumbers {
  readonly #groupOf: GroupOf | undefined
  readonly #groupsMax: number
  readonly #numbers = new Map<string, number>()

  constructor(groupOf: GroupOf | undefined, groupsMax = groupsUsual) {
    this.#groupOf = groupOf
    this.#groupsMax = groupsMax
  }

  numberOf(bytes: Uint8Array, start: number, end: number): number {
    if (!this.#groupOf) return 0
    const name = this.#groupOf(bytes.subarray(start, end))
    if (name === undefined) return 0
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    if (this.#numbers.size >= this.#groupsMax || name.length > groupNameMax) return 0
    this.#numbers.set(name, this.#numbers.size + 1)
    return this.#numbers.size
  }

  /** Names with their numbers, in the order they were met. */
  entries(): [string, number][] {
    return [...this.#numbers]
  }
}
