/** So many at once, the others in the order they came. */
export class Places {
  #free: number
  readonly #waiting = new Set<() => void>()

  constructor(total: number) {
    this.#free = total
  }

  /**
   * A place, as soon as there is one; disposing of it gives it to the next.
   *
   * @throws the signal's reason when it is aborted while waiting
   */
  async take(signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted()
    if (this.#free > 0) this.#free -= 1
    else await this.#turn(signal)
    let isHeld = true
    return {
      [Symbol.dispose]: () => {
        if (isHeld) this.#giveBack()
        isHeld = false
      },
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const come = () => {
      signal.removeEventListener('abort', leave)
      resolve()
    }
    const leave = () => {
      this.#waiting.delete(come)
      reject(signal.reason)
    }
    this.#waiting.add(come)
    signal.addEventListener('abort', leave, { once: true })
    return promise
  }

  #giveBack(): void {
    const [next] = this.#waiting
    if (!next) {
      this.#free += 1
      return
    }
    this.#waiting.delete(next)
    next()
  }
}
