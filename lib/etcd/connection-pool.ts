import { processWide } from '#lib/process-wide.ts'
import { connectionFingerprint } from './connection.ts'
import { withSignal } from './deadline.ts'
import type { MemberConnection, Opening } from './member-connection.ts'
import { openConnection } from './member-connection.ts'

/** A kept TLS connection costs about 110 KB: at most 110 MB a process. */
const connectionsMax = 1000
/** Of name, address, TCP and TLS together. */
const openingMs = 5000

interface Entry {
  readonly key: string
  readonly opening: Promise<MemberConnection>
  opened?: MemberConnection
  isSettled: boolean
  isClosed: boolean
  uses: number
  /** Nobody new gets it; the last user closes it. */
  isRetired: boolean
}

export interface BorrowedConnection {
  readonly connection: MemberConnection
  release(): void
}

/**
 * The connections of a process to members of any cluster, at most `max` at a time, busy ones included. They are kept after
 * use; the one unused for longest makes room.
 */
export class ConnectionPool {
  readonly #max: number
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry>()
  /** Who waits for room, by the connection they want: one opened for the first of them serves them all. */
  readonly #waiting = new Map<string, Set<() => void>>()
  #openCount = 0

  constructor(max: number) {
    this.#max = max
  }

  /** Connections that hold a socket or are about to. */
  get openCount(): number {
    return this.#openCount
  }

  /**
   * The connection for an endpoint as an access sees it, opened if need be; `release` it in any case.
   *
   * @throws as `openConnection`; the signal's reason when it is aborted while all connections are busy
   */
  async borrow(opening: Opening): Promise<BorrowedConnection> {
    const entry = await this.#takeEntry(opening)
    try {
      const connection = await withSignal(entry.opening, opening.signal)
      return { connection, release: () => this.#release(entry) }
    } catch (error) {
      this.#release(entry)
      throw error
    }
  }

  /** Closes what nobody uses now, and the rest after its last use. */
  close(): void {
    for (const entry of [...this.#entries.values()]) this.#retire(entry)
  }

  /** Already counted as used: between a return and the next line of an async caller somebody else could clear it away. */
  async #takeEntry(opening: Opening): Promise<Entry> {
    const key = `${connectionFingerprint(opening.access, opening.endpoint)} ${opening.hasLargeAnswer ? 'large' : ''}`
    for (;;) {
      const known = this.#entries.get(key)
      if (known && !(known.opened && !known.opened.isUsable())) {
        this.#entries.delete(key)
        this.#entries.set(key, known)
        known.uses += 1
        return known
      }
      if (known) this.#retire(known)
      if (this.#openCount < this.#max || this.#makeRoom()) return this.#open(key, opening)
      await this.#roomFor(key, opening.signal)
    }
  }

  #open(key: string, { access, endpoint, hasLargeAnswer = false }: Opening): Entry {
    // Others may wait for the same connection: it is not given up because the first of them loses patience.
    const signal = AbortSignal.timeout(openingMs)
    const entry: Entry = {
      key,
      opening: openConnection({ access, endpoint, hasLargeAnswer, signal }),
      isSettled: false,
      isClosed: false,
      uses: 1,
      isRetired: false,
    }
    this.#entries.set(key, entry)
    this.#openCount += 1
    const settle = () => {
      entry.isSettled = true
      this.#closeIfDone(entry)
    }
    entry.opening.then(
      (connection) => {
        entry.opened = connection
        settle()
      },
      () => {
        this.#retire(entry)
        settle()
      },
    )
    return entry
  }

  #makeRoom(): boolean {
    for (const entry of this.#entries.values()) {
      if (entry.uses > 0 || !entry.isSettled) continue
      this.#retire(entry)
      return true
    }
    return false
  }

  #roomFor(key: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiters = this.#waiting.get(key) ?? new Set()
    const wake = () => {
      signal.removeEventListener('abort', abort)
      resolve()
    }
    const abort = () => {
      waiters.delete(wake)
      reject(signal.reason)
    }
    this.#waiting.set(key, waiters.add(wake))
    signal.addEventListener('abort', abort, { once: true })
    return promise
  }

  #wakeNext(): void {
    for (const [key, waiters] of this.#waiting) {
      this.#waiting.delete(key)
      for (const wake of waiters) wake()
      if (waiters.size > 0) return
    }
  }

  #release(entry: Entry): void {
    entry.uses -= 1
    this.#closeIfDone(entry)
    if (entry.uses === 0) this.#wakeNext()
  }

  #retire(entry: Entry): void {
    if (entry.isRetired) return
    entry.isRetired = true
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key)
    this.#closeIfDone(entry)
  }

  #closeIfDone(entry: Entry): void {
    if (!entry.isRetired || !entry.isSettled || entry.isClosed || entry.uses > 0) return
    entry.isClosed = true
    entry.opened?.close()
    this.#openCount -= 1
    this.#wakeNext()
  }
}

/** The connections of this process. */
export function sharedConnections(): ConnectionPool {
  return processWide('etcd connections', () => new ConnectionPool(connectionsMax))
}
