import { z } from 'zod'
import { isSignedOut, problemOf } from '#app/_components/api/problem.ts'
import type { LiveEvent } from '#lib/contracts/events.ts'
import { polledEventsView } from '#lib/contracts/events.ts'
import { nextStep } from './connection-pace.ts'
import type { StreamMessage } from './event-stream-parser.ts'
import { EventStreamParser } from './event-stream-parser.ts'
import { readLiveMessage } from './live-message.ts'

/** How news reaches the page right now. */
export type LiveStatus = 'connecting' | 'live' | 'reconnecting' | 'polling'

/** Why a page may show nothing any more. */
export type AccessEnd = 'no-team' | 'signed-out'

export interface LiveListener {
  onStatus: (status: LiveStatus) => void
  onEvent: (event: LiveEvent) => void
  /** Events were missed for good: everything shown may be old. */
  onResync: () => void
  /** The page may show nothing any more. Nothing follows after this. */
  onEnd: (reason: AccessEnd) => void
  /** The visitor may still see the page but not follow events (a team being deleted). Nothing follows after this. */
  onDenied: () => void
}

export interface LiveConnectionOptions {
  /** The team the page was drawn for. */
  teamId: string
  /** The newest event the page knows of. */
  lastEventId: string
  /** Of the server; default: the page's own. */
  origin?: string
}

/** The server says something at least every 15 s; a stream silent for longer than this is dead without knowing it. */
const silenceMaxMs = 40_000
const pollTimeoutMs = 10_000
/** A stream that lasted this long was not broken by what lies between. */
const goodStreamMs = 60_000
/** A tab hidden for this long counts as unwatched. */
const unwatchedAfterMs = 30_000

const polledAnswer = z.object({ data: polledEventsView })

/**
 * The one live connection of a tab: streams `/api/v1/events/stream`, resumes where it stopped, and polls `/api/v1/events`
 * where streams do not get through. Opened by hand, not as an EventSource: that one cannot name the page's team.
 */
export class LiveConnection {
  readonly #teamId: string
  readonly #origin: string
  readonly #listener: LiveListener
  readonly #closing = new AbortController()
  #lastEventId: string
  #failures = 0
  #attemptAtMs = 0
  #pollAtMs = 0
  #hiddenAtMs: number | undefined
  #wake: () => void = () => undefined
  #dropStream: () => void = () => undefined

  constructor({ teamId, lastEventId, origin = '' }: LiveConnectionOptions, listener: LiveListener) {
    this.#teamId = teamId
    this.#lastEventId = lastEventId
    this.#origin = origin
    this.#listener = listener
  }

  /** Works until `close` or the end of access; never rejects. */
  async run(): Promise<void> {
    this.#listener.onStatus('connecting')
    while (!this.#closing.signal.aborted) {
      await this.#pause(this.#nextStep().delayMs)
      if (this.#closing.signal.aborted) return
      // Asked again: somebody may have come back to the tab during the pause.
      await (this.#nextStep().mode === 'poll' ? this.#poll() : this.#stream())
    }
  }

  close(): void {
    this.#closing.abort()
    this.#wake()
  }

  /** Tells whether somebody can see the tab. */
  setVisible(isVisible: boolean): void {
    if (!isVisible) {
      this.#hiddenAtMs ??= Date.now()
      setTimeout(() => this.#isUnwatched() && this.#dropStream(), unwatchedAfterMs + 100)
      return
    }
    const wasUnwatched = this.#isUnwatched()
    this.#hiddenAtMs = undefined
    if (wasUnwatched) this.retryNow()
  }

  /** Ends a pause: the network came back, or somebody looks again. */
  retryNow(): void {
    this.#failures = 0
    this.#wake()
  }

  #nextStep() {
    return nextStep({
      failures: this.#failures,
      isUnwatched: this.#isUnwatched(),
      sinceAttemptMs: Date.now() - this.#attemptAtMs,
      sincePollMs: Date.now() - this.#pollAtMs,
      random: Math.random(),
    })
  }

  #isUnwatched(): boolean {
    return this.#hiddenAtMs !== undefined && Date.now() - this.#hiddenAtMs >= unwatchedAfterMs
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async #stream(): Promise<void> {
    this.#attemptAtMs = Date.now()
    const stop = new AbortController()
    this.#dropStream = () => stop.abort()
    let watchdog: ReturnType<typeof setTimeout> | undefined
    const keepAlive = () => {
      clearTimeout(watchdog)
      watchdog = setTimeout(() => stop.abort(), silenceMaxMs)
    }
    keepAlive()
    try {
      const signal = AbortSignal.any([stop.signal, this.#closing.signal])
      const response = await this.#get('/api/v1/events/stream', 'text/event-stream', signal)
      if (response) await this.#readStream(response, keepAlive)
    } catch {
      // Whatever went wrong, the loop tries again.
    } finally {
      clearTimeout(watchdog)
      this.#lose()
    }
  }

  async #readStream(response: Response, keepAlive: () => void): Promise<void> {
    const parser = new EventStreamParser()
    const decoder = new TextDecoder()
    const reader = response.body?.getReader()
    for (;;) {
      const piece = await reader?.read()
      if (!piece || piece.done) return
      keepAlive()
      this.#listener.onStatus('live')
      for (const message of parser.push(decoder.decode(piece.value, { stream: true }))) await this.#take(message)
    }
  }

  async #take(message: StreamMessage): Promise<void> {
    if (message.lastEventId) this.#lastEventId = message.lastEventId
    const live = readLiveMessage(message)
    if (live?.type === 'event') this.#listener.onEvent(live.event)
    if (live?.type === 'resync') this.#listener.onResync()
    if (live?.type === 'access-ended') await this.#judgeEnd()
  }

  /** The stream says access has ended; the next request says whether the session or only the team is gone. */
  async #judgeEnd(): Promise<void> {
    try {
      await this.#get('/api/v1/events', 'application/json', AbortSignal.timeout(pollTimeoutMs))
    } catch {
      this.#end('no-team')
    }
  }

  async #poll(): Promise<void> {
    this.#pollAtMs = Date.now()
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(pollTimeoutMs), this.#closing.signal])
      const response = await this.#get(`/api/v1/events?after=${this.#lastEventId}`, 'application/json', signal)
      if (!response) return
      const { events, lastId, resync } = polledAnswer.parse(await response.json()).data
      this.#lastEventId = lastId
      if (resync) this.#listener.onResync()
      for (const event of events) this.#listener.onEvent(event)
      this.#listener.onStatus('polling')
    } catch {
      if (!this.#closing.signal.aborted) this.#listener.onStatus('reconnecting')
    }
  }

  /** A good answer, or undefined after the end of access; any other answer throws. */
  async #get(address: string, accept: string, signal: AbortSignal): Promise<Response | undefined> {
    const headers = {
      accept,
      'kstone-team': this.#teamId,
      // News must not keep a session awake that nobody uses.
      'kstone-background': '1',
      'last-event-id': this.#lastEventId,
    }
    const response = await fetch(`${this.#origin}${address}`, {
      headers,
      signal,
      cache: 'no-store',
      credentials: 'same-origin',
    })
    if (response.ok) return response
    const problem = await problemOf(response)
    if (problem.code === 'no-team') return this.#end('no-team')
    if (isSignedOut(problem)) return this.#end('signed-out')
    if (problem.code === 'permission-denied') return this.#stop(this.#listener.onDenied)
    throw problem
  }

  #end(reason: AccessEnd): undefined {
    return this.#stop(() => this.#listener.onEnd(reason))
  }

  #stop(tell: () => void): undefined {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    tell()
  }

  /** A stream that lived for a while was a good one: only those that break at once count as failures in a row. */
  #lose(): void {
    if (this.#closing.signal.aborted) return
    if (Date.now() - this.#attemptAtMs >= goodStreamMs) this.#failures = 0
    this.#failures += 1
    this.#listener.onStatus('reconnecting')
  }
}
