import { AppError, toAppError } from '#lib/errors.ts'
import { getStreamKind } from '#lib/jobs/stream-definitions.ts'
import { logFailure, withLogContext } from '#lib/log.ts'
import { metrics } from '#lib/metrics.ts'
import type { TakenStream } from '#lib/services/streams/stream-leases.ts'
import { leaseMs } from '#lib/services/streams/stream-leases.ts'
import type { StreamHandler } from './stream.ts'

/** A stream this process runs, as long as its lease lasts by our own clock, which goes on while a process sleeps. */
export class RunningStream {
  readonly taken: TakenStream
  /** Resolves when the handler has ended, with the code of its failure or null. */
  readonly ended: Promise<string | null>
  readonly #stop = new AbortController()
  #validUntilMs: number
  #expiry: NodeJS.Timeout | undefined
  #hasEnded = false

  constructor(taken: TakenStream, handler: StreamHandler, askedAtMs: number) {
    this.taken = taken
    this.#validUntilMs = askedAtMs + leaseMs
    this.renewed(askedAtMs)
    this.ended = this.#run(handler)
  }

  get isStopped(): boolean {
    return this.#stop.signal.aborted
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** The lease was prolonged by a question asked at that moment of `performance.now()`: later than that it cannot have begun. */
  renewed(askedAtMs: number): void {
    this.#validUntilMs = askedAtMs + leaseMs
    clearTimeout(this.#expiry)
    this.#expiry = setTimeout(() => this.stop('its lease has run out'), this.#validUntilMs - performance.now())
  }

  stop(why: string): void {
    this.#stop.abort(new AppError('conflict', `Stream ${this.taken.id} stops here: ${why}`))
  }

  async #run(handler: StreamHandler): Promise<string | null> {
    const { kind, payload, ...lease } = this.taken
    metrics.streamsHeld.inc({ stream: kind })
    try {
      await withLogContext({ tenantId: lease.tenantId, attempt: lease.attempt, actor: 'system' }, () =>
        handler({
          ...lease,
          payload: getStreamKind(kind).payload.parse(payload),
          signal: this.#stop.signal,
          assertHeld: () => this.#assertHeld(),
        }),
      )
      return null
    } catch (error) {
      if (this.#stop.signal.aborted) return null
      logFailure(error, `the stream ${kind} failed and is started again`)
      return toAppError(error).code
    } finally {
      metrics.streamsHeld.dec({ stream: kind })
      clearTimeout(this.#expiry)
      this.#hasEnded = true
    }
  }

  #assertHeld(): void {
    if (performance.now() >= this.#validUntilMs) this.stop('its lease has run out')
    this.#stop.signal.throwIfAborted()
  }
}
