export interface FairQueueLimits {
  atOnceMax: number
  /** All that wait together. */
  waitingMax: number
  waitingPerPartyMax: number
}

type Answer = (isTurn: boolean) => void

/**
 * Turns at something scarce, fair between parties: whoever waits is served party by party in a circle, and when the
 * line is full the newest of the longest line goes, so that a flood turns away itself (longest queue drop).
 */
export class FairQueue {
  readonly #limits: FairQueueLimits
  /** The lines of those who wait, the party whose turn comes next first; none of them empty. */
  readonly #lines = new Map<string, Answer[]>()
  #runningCount = 0
  #waitingCount = 0

  constructor(limits: FairQueueLimits) {
    this.#limits = limits
  }

  /** Resolves with true when the turn has come, to be given on by `giveTurn`; with false when there is no room, or none any more. */
  takeTurn(party: string): Promise<boolean> {
    if (this.#runningCount < this.#limits.atOnceMax) {
      this.#runningCount += 1
      return Promise.resolve(true)
    }
    if (!this.#makeRoom(party)) return Promise.resolve(false)
    return new Promise((answer) => {
      const line = this.#lines.get(party)
      if (line) line.push(answer)
      else this.#lines.set(party, [answer])
      this.#waitingCount += 1
    })
  }

  /** The turn passes to the next in the circle without becoming free in between. */
  giveTurn(): void {
    const [next] = this.#lines
    if (!next) {
      this.#runningCount -= 1
      return
    }
    const [party, line] = next
    const answer = line.shift()
    this.#lines.delete(party)
    if (line.length > 0) this.#lines.set(party, line)
    this.#waitingCount -= 1
    answer?.(true)
  }

  #makeRoom(party: string): boolean {
    const ownLength = this.#lines.get(party)?.length ?? 0
    if (ownLength >= this.#limits.waitingPerPartyMax) return false
    if (this.#waitingCount < this.#limits.waitingMax) return true
    const [longest = []] = [...this.#lines.values()].sort((a, b) => b.length - a.length)
    // Where nobody waits with more than the newcomer would, everybody has a fair share already.
    if (longest.length <= ownLength + 1) return false
    longest.pop()?.(false)
    this.#waitingCount -= 1
    return true
  }
}
