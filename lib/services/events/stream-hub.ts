import type { Listener } from '#lib/db/listen.ts'
import { listen } from '#lib/db/listen.ts'
import { logFailure } from '#lib/log.ts'
import { metrics } from '#lib/metrics.ts'
import { processWide } from '#lib/process-wide.ts'
import { accessChannel } from '#lib/tenancy/access-changes.ts'
import { eventsChannel } from '#lib/tenancy/events.ts'
import { secondMs } from '#lib/time.ts'
import { findEndedStreams } from './find-ended-streams.ts'
import type { LiveStream } from './live-stream.ts'
import { leavePlace, renewPlaces } from './stream-places.ts'
import { TeamFeed } from './team-feed.ts'

/** The end of access is noticed by notification at once, and at the latest by the next look. */
const lookEveryMs = 4 * secondMs
const beatEveryMs = 15 * secondMs
/** While the database cannot be asked, nobody reads on for longer than this on an old answer. */
const unseenMaxMs = 30 * secondMs

/** Everything live in this process: one connection that listens, and the open streams of all teams. */
export class StreamHub {
  readonly #feeds = new Map<string, TeamFeed>()
  readonly #listener: Listener
  readonly #timers: NodeJS.Timeout[]
  #lookedAtMs = Date.now()
  #isInRound = false

  constructor() {
    const handlers = {
      [eventsChannel]: (payload: string) => this.#hear(payload),
      [accessChannel]: (id: string) => void this.#look(this.#streams().filter((stream) => stream.belongsTo(id))),
    }
    this.#listener = listen(handlers, () => void this.#look(this.#streams()))
    this.#timers = [
      setInterval(() => void this.#round(), lookEveryMs).unref(),
      setInterval(() => this.#beat(), beatEveryMs).unref(),
    ]
  }

  /** How many streams of a team are open in this process. */
  countOf(tenantId: string): number {
    return this.#feeds.get(tenantId)?.streams.size ?? 0
  }

  /** Feeds the stream from now on, beginning behind its cursor. */
  add(stream: LiveStream): void {
    const feed = this.#feeds.get(stream.tenantId) ?? new TeamFeed(stream.tenantId)
    this.#feeds.set(stream.tenantId, feed)
    feed.streams.add(stream)
    metrics.sseStreams.inc()
    // What came between the stream's first look and now was announced to nobody here.
    feed.announce(stream.cursor + 1n)
  }

  /** Forgets a stream that has ended. */
  remove(stream: LiveStream): void {
    const feed = this.#feeds.get(stream.tenantId)
    if (!feed?.streams.delete(stream)) return
    metrics.sseStreams.dec()
    if (feed.streams.size === 0) this.#feeds.delete(stream.tenantId)
    void leavePlace(stream)
  }

  /** Ends every stream; their readers connect again elsewhere. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    for (const stream of this.#streams()) stream.end()
    await this.#listener.close()
  }

  #streams(): LiveStream[] {
    return [...this.#feeds.values()].flatMap(({ streams }) => [...streams])
  }

  #hear(payload: string): void {
    const [, tenantId = '', seq = ''] = /^([^:]+):(\d{1,19})$/.exec(payload) ?? []
    this.#feeds.get(tenantId)?.announce(BigInt(seq))
  }

  async #round(): Promise<void> {
    // Rounds that a slow database stretches must not pile up and slow it further.
    if (this.#isInRound) return
    this.#isInRound = true
    const streams = this.#streams()
    if (streams.length === 0) this.#lookedAtMs = Date.now()
    else await Promise.all([this.#look(streams), renewPlaces(streams)])
    this.#isInRound = false
  }

  /** Ends the streams whose reader may no longer read, and finds the events whose announcement was lost. */
  async #look(streams: readonly LiveStream[]): Promise<void> {
    if (streams.length === 0) return
    try {
      const { endedIds, heads } = await findEndedStreams(streams)
      this.#lookedAtMs = Date.now()
      for (const stream of streams) if (endedIds.has(stream.id)) stream.endAccess()
      for (const [tenantId, seq] of heads) this.#feeds.get(tenantId)?.announce(seq)
    } catch (error) {
      logFailure(error, 'open streams could not be looked at')
      if (Date.now() - this.#lookedAtMs > unseenMaxMs) for (const stream of this.#streams()) stream.end()
    }
  }

  #beat(): void {
    for (const stream of this.#streams()) stream.beat()
  }
}

const holder = processWide<{ hub?: StreamHub | undefined }>('stream-hub', () => ({}))

/** The hub of this process; it opens with the first stream and ends its streams when the process is asked to stop. */
export function streamHub(): StreamHub {
  holder.hub ??= openHub()
  return holder.hub
}

function openHub(): StreamHub {
  process.once('SIGTERM', closeStreamHub)
  process.once('SIGINT', closeStreamHub)
  return new StreamHub()
}

/** Ends all streams of this process, and the connection that listens for them. */
export async function closeStreamHub(): Promise<void> {
  const { hub } = holder
  holder.hub = undefined
  process.off('SIGTERM', closeStreamHub)
  process.off('SIGINT', closeStreamHub)
  await hub?.close()
}
