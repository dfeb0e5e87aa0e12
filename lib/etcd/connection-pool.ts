import { processWide } from '#lib/process-wide.ts'
import { minuteMs } from '#lib/time.ts'
import { connectionFingerprint } from './connection.ts'
import { connectionsMax, passingPlacesOf } from './connection-limits.ts'
import { deadlineOf, withSignal } from './deadline.ts'
import type { MemberConnection, Opening } from './member-connection.ts'
import { openConnection } from './member-connection.ts'

/** Of name, address, TCP and TLS together. */
const openingMs = 5000
/** One that nobody used for so long is closed, and its place is free. */
const unusedMaxMs = 10 * minuteMs

interface Entry {
  readonly key: string
  readonly opening: Promise<MemberConnection>
  opened?: MemberConnection
  isSettled: boolean
  isClosed: boolean
  uses: number
  /** Nobody new gets it; the last user closes it. */
  isRetired: boolean
  /** Those for large answers are wanted once in a while, not in every round. */
  readonly mayBeKept: boolean
  /** Whether it has a place of its own, rather than one through which newcomers pass. */
  isKept: boolean
  /** Of `performance.now()`, while nobody uses it. */
  idleSinceMs: number
}

export interface BorrowedConnection {
  readonly connection: MemberConnection
  release(): void
}

/**
 * The connections of a process to members of any cluster, at most `max` at a time, busy ones included. They are kept after use.
 *
 * Members are visited in rounds. If there are more of them than places, giving up the one unused for longest would give up the
 * very one whose turn comes next, and none would ever be met again. So whoever has a place keeps it, and newcomers pass through
 * a few places among themselves; a place is free again when its connection is lost, or was not used for ten minutes.
 */
export class ConnectionPool {
  readonly #max: number
  readonly #keptMax: number
  readonly #entries = new Map<string, Entry>()
  /** Those nobody uses, unused for longest first. */
  readonly #idleKept = new Set<Entry>()
  readonly #idlePassing = new Set<Entry>()
  /** Who waits for room, by the connection they want: one opened for the first of them serves them all. */
  readonly #waiting = new Map<string, Set<() => void>>()
  #openCount = 0
  #keptCount = 0

  constructor(max: number) {
    this.#max = max
    this.#keptMax = max - passingPlacesOf(max)
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
      this.#closeUnused()
      const known = this.#entries.get(key)
      if (known && !(known.opened && !known.opened.isUsable())) return this.#use(known)
      if (known) this.#retire(known)
      if (this.#openCount < this.#max || this.#makeRoom()) return this.#open(key, opening)
      await this.#roomFor(key, opening.signal)
    }
  }

  #use(entry: Entry): Entry {
    this.#idleKept.delete(entry)
    this.#idlePassing.delete(entry)
    entry.uses += 1
    if (!entry.isKept) this.#keepIfRoom(entry)
    return entry
  }

  #keepIfRoom(entry: Entry): void {
    if (!entry.mayBeKept || this.#keptCount >= this.#keptMax) return
    entry.isKept = true
    this.#keptCount += 1
  }

  #open(key: string, { access, endpoint, hasLargeAnswer = false }: Opening): Entry {
    // Others may wait for the same connection: it is not given up because the first of them loses patience.
    const deadline = deadlineOf({ timeoutMs: openingMs })
    const entry: Entry = {
      key,
      opening: openConnection({ access, endpoint, hasLargeAnswer, signal: deadline.signal }),
      isSettled: false,
      isClosed: false,
      uses: 1,
      isRetired: false,
      mayBeKept: !hasLargeAnswer,
      isKept: false,
      idleSinceMs: 0,
    }
    this.#entries.set(key, entry)
    this.#openCount += 1
    const settle = () => {
      deadline[Symbol.dispose]()
      entry.isSettled = true
      this.#rest(entry)
    }
    entry.opening.then(
      (connection) => {
        entry.opened = connection
        if (!entry.isRetired && connection.isUsable()) this.#keepIfRoom(entry)
        settle()
      },
      () => {
        this.#retire(entry)
        settle()
      },
    )
    return entry
  }

  /** One that passes through makes room for the next; only where all of them are busy does one that is kept. */
  #makeRoom(): boolean {
    const [idle] = this.#idlePassing.size > 0 ? this.#idlePassing : this.#idleKept
    if (idle) this.#retire(idle)
    return idle !== undefined
  }

  #closeUnused(): void {
    const beforeMs = performance.now() - unusedMaxMs
    for (const idle of [this.#idleKept, this.#idlePassing]) {
      for (const entry of idle) {
        if (entry.idleSinceMs > beforeMs) break
        this.#retire(entry)
      }
    }
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
    this.#rest(entry)
  }

  #retire(entry: Entry): void {
    if (entry.isRetired) return
    entry.isRetired = true
    this.#idleKept.delete(entry)
    this.#idlePassing.delete(entry)
    if (entry.isKept) this.#keptCount -= 1
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key)
    this.#rest(entry)
  }

  /** Nobody uses it for now: it waits for the next, or is closed where there will be none. */
  #rest(entry: Entry): void {
    if (!entry.isSettled || entry.isClosed || entry.uses > 0) return
    if (entry.isRetired) this.#end(entry)
    else if (!entry.opened?.isUsable()) this.#retire(entry)
    else {
      entry.idleSinceMs = performance.now()
      const idle = entry.isKept ? this.#idleKept : this.#idlePassing
      idle.add(entry)
      this.#wakeNext()
    }
  }

  #end(entry: Entry): void {
    entry.isClosed = true
    entry.opened?.close()
    this.#openCount -= 1
    this.#wakeNext()
  }
}

/** The connections of this process. */
export function sharedConnections(): ConnectionPool {
  return processWide('etcd connections', () => new ConnectionPool(connectionsMax()))
}
