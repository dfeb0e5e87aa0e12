import { processWide } from '#lib/process-wide.ts'

const tickMs = 100

/** Notices when this process stands still, be it for work of its own or for want of a processor. */
class StallWatch {
  readonly #stallMs: number
  #timer: NodeJS.Timeout | undefined
  #watchers = 0
  #tickedMs = 0
  #stalledMs = Number.NEGATIVE_INFINITY

  constructor(stallMs: number) {
    this.#stallMs = stallMs
  }

  /** Begins to watch; `hasStalled` tells whether it stood still since. */
  watch(): Disposable & { hasStalled(): boolean } {
    const sinceMs = performance.now()
    if (this.#watchers === 0) {
      this.#tickedMs = sinceMs
      this.#timer = setInterval(() => this.#tick(), tickMs)
    }
    this.#watchers += 1
    return {
      hasStalled: () => {
        // The timer may come to its turn only after whoever asks.
        this.#tick()
        return this.#stalledMs >= sinceMs
      },
      [Symbol.dispose]: () => {
        this.#watchers -= 1
        if (this.#watchers === 0) clearInterval(this.#timer)
      },
    }
  }

  #tick(): void {
    const nowMs = performance.now()
    if (nowMs - this.#tickedMs > tickMs + this.#stallMs) this.#stalledMs = nowMs
    this.#tickedMs = nowMs
  }
}

/** A second: what then seems to be somebody else's silence may be ours. */
const stallMs = 1000

export function stallWatch(): StallWatch {
  return processWide('stall-watch', () => new StallWatch(stallMs))
}
