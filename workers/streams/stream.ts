import type { StreamName } from '#lib/jobs/stream-definitions.ts'
import type { StreamLease } from '#lib/services/streams/stream-leases.ts'

/** What a stream knows of itself. It is a lease, so its writes are fenced with `holdStream`. */
export interface StreamContext extends StreamLease {
  subjectId: string
  payload: unknown
  /** Aborted when the stream is closed, given to another worker or lost, or the worker has to end. */
  signal: AbortSignal
  /**
   * Asked right before each act on the outside: throws when the lease has run out meanwhile, as in a process that slept. What
   * is written to the database is fenced with `holdStream` besides.
   */
  assertHeld(): void
}

/** Runs until its signal is aborted. When it throws, it is started again after a pause, here or elsewhere. */
export type StreamHandler = (stream: StreamContext) => Promise<void>

/** Every kind of stream and who runs it; a kind without a handler does not compile. */
export const streams: { readonly [Name in StreamName]: StreamHandler } = {}

/** Who runs which kind. */
export type Streams = Readonly<Record<string, StreamHandler>>
