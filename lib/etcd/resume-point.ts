import type { KeyEvent } from './watch.ts'

/** Where a watch has come to, exactly: the revision to go on at, and how many of that revision's events were given already. */
export class ResumePoint {
  #next: bigint | undefined
  #given = 0
  #toSkip = 0

  constructor(fromRevision: bigint | undefined) {
    this.#next = fromRevision
  }

  /** The revision to ask for; `undefined` for whatever comes. */
  get next(): bigint | undefined {
    return this.#next
  }

  /** A stream was opened while the cluster stood at `revision`. It begins with the first event of `next`, seen or not. */
  begin(revision: bigint): void {
    this.#next ??= revision + 1n
    this.#toSkip = this.#given
    this.#given = 0
  }

  /** Everything up to `revision` has been told. */
  reach(revision: bigint): void {
    if (this.#next !== undefined && revision < this.#next) return
    this.#next = revision + 1n
    this.#given = 0
    this.#toSkip = 0
  }

  /**
   * Those of the events that have not been given yet. A fragment may end in the middle of a revision, and the watch with it:
   * then that revision is asked for again, and what was given of it is left out.
   */
  take(events: readonly KeyEvent[], isFragment: boolean): readonly KeyEvent[] {
    const fresh = events.filter((event) => this.#isFresh(event))
    const last = events.at(-1)?.entry.modRevision
    if (last === undefined) return fresh
    if (isFragment) {
      const countBefore = last === this.#next ? this.#given : 0
      this.#given = countBefore + events.filter(({ entry }) => entry.modRevision === last).length
      this.#next = last
    } else {
      this.#next = last + 1n
      this.#given = 0
    }
    return fresh
  }

  #isFresh({ entry }: KeyEvent): boolean {
    if (this.#toSkip === 0) return true
    if (entry.modRevision !== this.#next) {
      this.#toSkip = 0
      return true
    }
    this.#toSkip -= 1
    return false
  }
}
