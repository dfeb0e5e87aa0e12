import { AppError } from '#lib/errors.ts'

export interface SpoolRoomLimits {
  /** All teams together. */
  maxBytes: number
  /** One team alone. */
  teamBytesMax: number
  /** How long somebody waits for room before being told that there is none. */
  waitMaxMs: number
}

export interface RoomRequest {
  teamId: string
  bytes: number
  signal: AbortSignal
}

interface Waiter {
  bytes: number
  enter: () => void
}

/** Nobody needs more of one team's to wait in this process: each of them holds a worker. */
const waitingPerTeamMax = 1_000

/**
 * Room counted in bytes and shared fairly: teams that wait are served in a circle, each in the order its own came. Whoever's
 * turn it is gets it before all others, so that much room is not waited for in vain; only a team that waits for its own to
 * end is passed over.
 */
export class SpoolRoom {
  readonly #limits: SpoolRoomLimits
  #takenBytes = 0
  readonly #takenByTeam = new Map<string, number>()
  /** The team whose turn comes next first; none of the lines is empty. */
  readonly #lines = new Map<string, Waiter[]>()

  constructor(limits: SpoolRoomLimits) {
    this.#limits = limits
  }

  get takenBytes(): number {
    return this.#takenBytes
  }

  /**
   * Takes room as soon as there is some.
   *
   * @throws AppError `spool-too-small` when a team can never have so much, `spool-full` when there is none in time; the
   * signal's reason when it is aborted while waiting
   */
  async take({ teamId, bytes, signal }: RoomRequest): Promise<void> {
    signal.throwIfAborted()
    const { teamBytesMax, waitMaxMs } = this.#limits
    if (bytes > teamBytesMax) {
      const details = { neededBytes: bytes, teamBytesMax }
      throw new AppError('spool-too-small', `${bytes} bytes are more than the ${teamBytesMax} of one team`, { details })
    }
    if ((this.#lines.get(teamId)?.length ?? 0) >= waitingPerTeamMax) throw full('waiting', 'Too many of this team wait')
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiter = { bytes, enter: resolve }
    this.#join(teamId, waiter)
    this.#serve()
    const giveUp = () => reject(signal.reason)
    const timer = setTimeout(() => reject(full('waiting', `No room came free within ${waitMaxMs} ms`)), waitMaxMs)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      await promise
    } catch (error) {
      this.#leave(teamId, waiter)
      this.#serve()
      throw error
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
    }
  }

  /** Takes more for one who has some; who grows does not wait. @throws AppError `spool-full`, and nothing is taken */
  grow(teamId: string, bytes: number): void {
    const limit = this.#limitFor(teamId, bytes)
    if (limit !== undefined) throw full(limit, `No room to grow by ${bytes} bytes`)
    this.#count(teamId, bytes)
  }

  giveBack(teamId: string, bytes: number): void {
    this.#count(teamId, -bytes)
    this.#serve()
  }

  #limitFor(teamId: string, bytes: number): 'team' | 'spool' | undefined {
    if ((this.#takenByTeam.get(teamId) ?? 0) + bytes > this.#limits.teamBytesMax) return 'team'
    return this.#takenBytes + bytes > this.#limits.maxBytes ? 'spool' : undefined
  }

  #serve(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#leave(next.teamId, next.waiter)
      this.#count(next.teamId, next.waiter.bytes)
      const line = this.#lines.get(next.teamId)
      this.#lines.delete(next.teamId)
      if (line) this.#lines.set(next.teamId, line)
      next.waiter.enter()
    }
  }

  #next(): { teamId: string; waiter: Waiter } | undefined {
    for (const [teamId, [waiter]] of this.#lines) {
      const limit = waiter && this.#limitFor(teamId, waiter.bytes)
      if (limit === 'spool') return undefined
      if (waiter && limit === undefined) return { teamId, waiter }
    }
    return undefined
  }

  #join(teamId: string, waiter: Waiter): void {
    const line = this.#lines.get(teamId)
    if (line) line.push(waiter)
    else this.#lines.set(teamId, [waiter])
  }

  #leave(teamId: string, waiter: Waiter): void {
    const line = this.#lines.get(teamId)
    const position = line?.indexOf(waiter) ?? -1
    if (position >= 0) line?.splice(position, 1)
    if (line?.length === 0) this.#lines.delete(teamId)
  }

  #count(teamId: string, bytes: number): void {
    this.#takenBytes += bytes
    const ofTeam = (this.#takenByTeam.get(teamId) ?? 0) + bytes
    if (ofTeam > 0) this.#takenByTeam.set(teamId, ofTeam)
    else this.#takenByTeam.delete(teamId)
  }
}

/** @param limit which of the limits was met */
export function full(limit: 'waiting' | 'team' | 'spool' | 'disk', message: string): AppError {
  return new AppError('spool-full', message, { details: { limit } })
}
