/** A person who has touched nothing for this long is taken to have gone: reading alone moves a wheel or a key. */
const hereForMs = 60_000

/**
 * Events only a hand makes. Moves of the pointer are none of them: browsers make those up when the page moves underneath.
 * `click` is here for assistive technology, which presses no button.
 */
const handMade = ['keydown', 'pointerdown', 'wheel', 'click', 'input'] as const

/** Knows whether somebody is using the page, as against an open page that asks by itself. */
export class ActivityTracker {
  #touchedAtMs: number
  readonly #waiting = new Set<() => void>()
  readonly #now: () => number

  /** Whoever opened the page is here. `now` gives milliseconds of any clock that does not go back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#touchedAtMs = now()
  }

  /** Whether there was input within the last minute. */
  get isSomebodyHere(): boolean {
    return this.#now() - this.#touchedAtMs < hereForMs
  }

  /** Takes note of every input that passes, and of none a script made. Gives what ends it. */
  watch(target: EventTarget): () => void {
    const onInput = (event: Event) => {
      if (event.isTrusted) this.touch()
    }
    for (const name of handMade) target.addEventListener(name, onInput, { capture: true, passive: true })
    return () => {
      for (const name of handMade) target.removeEventListener(name, onInput, { capture: true })
    }
  }

  /** Somebody did something. */
  touch(): void {
    this.#touchedAtMs = this.#now()
    const due = [...this.#waiting]
    this.#waiting.clear()
    for (const work of due) work()
  }

  /** Does the work now if somebody is here, else once, with the next input. */
  whenSomebodyIsHere(work: () => void): void {
    if (this.isSomebodyHere) work()
    else this.#waiting.add(work)
  }

  /** Takes back what waits for an input. */
  forget(work: () => void): void {
    this.#waiting.delete(work)
  }
}

/** The activity of this tab. */
export const activity = new ActivityTracker()
if (typeof window !== 'undefined') activity.watch(window)
