import { setTimeout as delay } from 'node:timers/promises'
import { newId } from '#lib/ids.ts'
import { log } from '#lib/log.ts'
import { countStreamWorkers, leaveStreamWorkers } from '#lib/services/streams/count-stream-workers.ts'
import { countStreams, releaseStream, renewStreams, takeStreams } from '#lib/services/streams/stream-leases.ts'
import { secondMs } from '#lib/time.ts'
import { RunningStream } from './running-stream.ts'
import type { Streams } from './stream.ts'

/** A stream that has failed or ended by itself is started again no sooner than this. */
const restartPauseMs = 5 * secondMs
/** A stream gets this long to end after its signal before it is given away without. */
const graceMs = 3 * secondMs

/** Runs this worker's share of all streams: renews what it has, takes what nobody has, gives away what is too much. */
export class StreamKeeper {
  readonly owner = newId()
  readonly #streams: Streams
  readonly #held = new Map<string, RunningStream>()

  constructor(streams: Streams) {
    this.#streams = streams
  }

  /** One round; as a sweep it comes every few seconds. */
  async round(): Promise<void> {
    await this.#renew()
    const [total, workers] = await Promise.all([countStreams(), countStreamWorkers(this.owner)])
    // While nobody can be counted, streams stay where they are and free ones go to whoever comes first.
    const share = workers === undefined ? total : Math.ceil(total / Math.max(1, workers))
    const surplus = [...this.#held.values()].slice(share)
    await Promise.all(surplus.map((stream) => this.#giveAway(stream, 'another worker has room for it')))
    if (this.#held.size < share) await this.#take(share - this.#held.size)
  }

  /** Ends all streams and frees them for the others. */
  async close(): Promise<void> {
    await Promise.all([...this.#held.values()].map((stream) => this.#giveAway(stream, 'the worker ends')))
    await leaveStreamWorkers(this.owner)
  }

  /** One that was told to stop is not kept: if it hangs on its way out, its lease runs out and another worker goes on. */
  async #renew(): Promise<void> {
    const askedAtMs = performance.now()
    const going = [...this.#held.values()].filter(({ isStopped }) => !isStopped)
    const leases = going.map(({ taken: { tenantId, id, attempt } }) => ({ tenantId, id, attempt }))
    const { renewed, busy } = await renewStreams(this.owner, leases)
    const [kept, waiting] = [renewed, busy].map((list) => new Set(list.map(({ id }) => id)))
    for (const stream of going) {
      const { id } = stream.taken
      if (kept?.has(id)) stream.renewed(askedAtMs)
      else if (!waiting?.has(id)) this.#lose(id, stream)
    }
  }

  #lose(id: string, stream: RunningStream): void {
    log().warn({ streamId: id }, 'a stream was closed or taken over')
    stream.stop('it was closed or taken over')
    this.#held.delete(id)
  }

  async #take(count: number): Promise<void> {
    const askedAtMs = performance.now()
    for (const taken of await takeStreams(this.owner, count)) {
      const handler = this.#streams[taken.kind]
      if (!handler) throw new Error(`Nobody runs streams of the kind ${taken.kind}`)
      const stream = new RunningStream(taken, handler, askedAtMs)
      this.#held.set(taken.id, stream)
      void stream.ended.then((error) => this.#ended(stream, error))
    }
  }

  /** A stream that ended without being told to is freed after a pause. */
  async #ended(stream: RunningStream, error: string | null): Promise<void> {
    const { id } = stream.taken
    if (this.#held.get(id) !== stream) return
    this.#held.delete(id)
    await releaseStream(stream.taken, { owner: this.owner, pauseMs: restartPauseMs, error }).catch((failure: unknown) =>
      log().warn({ err: failure, streamId: id }, 'an ended stream could not be freed; its lease runs out'),
    )
  }

  /** Freed only once its handler has ended, or the fence would have to do what order can. */
  async #giveAway(stream: RunningStream, why: string): Promise<void> {
    this.#held.delete(stream.taken.id)
    stream.stop(why)
    await Promise.race([stream.ended, delay(graceMs)])
    // One that does not end keeps its lease until it runs out: meanwhile nobody else begins.
    if (stream.hasEnded) await releaseStream(stream.taken, { owner: this.owner, pauseMs: 0, error: null })
  }
}
