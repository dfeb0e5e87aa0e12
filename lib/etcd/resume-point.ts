import type { KeyEvent } from './key-event.ts'

/** Where a watch has come to, exactly: the revision to go on at, and how many of that revision's events were given already. */
export class ResumePoint {
  #next: bigint | undefined
  #given = 0
  /** Of the same revision, on the stream open now. */
  #seen = 0

  constructor(fromRevision: bigint | undefined) {
    this.#next = fromRevision
  }

  /** The revision to ask for; `undefined` for whatever comes. */
  get next(): bigint | undefined {
    return this.#next
  }

  /** A stream was opened while the cluster stood at `revision`. It begins with the first event of `next`, given or not. */
  begin(revision: bigint): void {
    this.#next ??= revision + 1n
    this.#seen = 0
  }

  /** Everything up to `revision` has been told. */
  reach(revision: bigint): void {
    if (this.#next !== undefined && revision < this.#next) return
    this.#next = revision + 1n
    this.#given = 0
    this.#seen = 0
  }

  /**
   * Those of the events that have not been given yet. A fragment may end in the middle of a revision, and the stream with it:
   * then that revision is asked for again, and what was given of it is left out.
   */
  take(events: readonly KeyEvent[], isFragment: boolean): readonly KeyEvent[] {
    const fresh = events.filter(({ entry }) => this.#advance(entry.modRevision))
    const last = events.at(-1)
    if (last && !isFragment) this.reach(last.entry.modRevision)
    return fresh
  }

  #advance(revision: bigint): boolean {
    if (revision !== this.#next) {
      this.#next = revision
      this.#given = 0
      this.#seen = 0
    }
    this.#seen += 1
    if (this.#seen <= this.#given) return false
    this.#given = this.#seen
    return true
  }
}
