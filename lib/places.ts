interface Visitor {
  owner: string
  come: () => void
}

/** So many at once, the others in the order they came; of one owner no more than its share, whoever came first. */
export class Places {
  #free: number
  readonly #share: number
  readonly #held = new Map<string, number>()
  readonly #waiting = new Set<Visitor>()

  /** `share`: how many one owner may hold, so that work of one that hangs leaves places to all others. Default: all. */
  constructor(total: number, share = total) {
    this.#free = total
    this.#share = share
  }

  /**
   * A place, as soon as there is one; disposing of it gives it to the next.
   *
   * @throws the signal's reason when it is aborted while waiting
   */
  async take(signal: AbortSignal, owner = ''): Promise<Disposable> {
    signal.throwIfAborted()
    if (this.#mayHold(owner)) this.#hold(owner)
    else await this.#turn(signal, owner)
    let isHeld = true
    return {
      [Symbol.dispose]: () => {
        if (isHeld) this.#giveBack(owner)
        isHeld = false
      },
    }
  }

  #mayHold(owner: string): boolean {
    return this.#free > 0 && (this.#held.get(owner) ?? 0) < this.#share
  }

  #hold(owner: string): void {
    this.#free -= 1
    this.#held.set(owner, (this.#held.get(owner) ?? 0) + 1)
  }

  #turn(signal: AbortSignal, owner: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const visitor = {
      owner,
      come: () => {
        signal.removeEventListener('abort', leave)
        resolve()
      },
    }
    const leave = () => {
      this.#waiting.delete(visitor)
      reject(signal.reason)
    }
    this.#waiting.add(visitor)
    signal.addEventListener('abort', leave, { once: true })
    return promise
  }

  #giveBack(owner: string): void {
    this.#free += 1
    const left = (this.#held.get(owner) ?? 1) - 1
    if (left > 0) this.#held.set(owner, left)
    else this.#held.delete(owner)
    for (const visitor of this.#waiting) {
      if (this.#free === 0) return
      if (!this.#mayHold(visitor.owner)) continue
      this.#waiting.delete(visitor)
      this.#hold(visitor.owner)
      visitor.come()
    }
  }
}
