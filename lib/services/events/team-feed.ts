import { logFailure } from '#lib/log.ts'
import type { LiveStream } from './live-stream.ts'
import { readEvents } from './read-events.ts'

/** The open streams of one team, fed together: each event is read once, however many pages are open. */
export class TeamFeed {
  readonly streams = new Set<LiveStream>()
  readonly #tenantId: string
  /** Newest id somebody told us about. */
  #announced = 0n
  #isReading = false

  constructor(tenantId: string) {
    this.#tenantId = tenantId
  }

  /** Sends everything up to `seq`, and whatever is there behind it, to those who have not seen it. */
  announce(seq: bigint): void {
    if (seq > this.#announced) this.#announced = seq
    if (!this.#isReading) void this.#catchUp()
  }

  async #catchUp(): Promise<void> {
    this.#isReading = true
    try {
      for (let after = this.#slowest(); after !== undefined && after < this.#announced; after = this.#slowest()) {
        const announced = this.#announced
        const events = await readEvents(this.#tenantId, after)
        // Announced too high, as a stream that joins does; what was announced during the read is news and is read next.
        if (events.length === 0 && this.#announced === announced) this.#announced = after
        for (const stream of this.streams) for (const event of events) stream.send(event)
      }
    } catch (error) {
      logFailure(error, 'live events could not be read; the next look tries again')
    } finally {
      this.#isReading = false
    }
  }

  /** Where the reader stands who is furthest behind. */
  #slowest(): bigint | undefined {
    return [...this.streams].map(({ cursor }) => cursor).sort((a, b) => (a < b ? -1 : 1))[0]
  }
}
