import type { JobProgress } from '#lib/contracts/jobs.ts'
import type { JobName, JobPayload } from '#lib/jobs/job-definitions.ts'
import type { Delivery } from '#lib/queue/delivery.ts'

/** What a handler knows besides its payload. */
export interface JobContext extends Delivery {
  requestId: string
  /** Aborted when the job is cancelled, takes too long or is taken over, or the worker has to end. Its reason says which. */
  signal: AbortSignal
  /** Shows on the page how far it has come; call it as often as you like. */
  report(progress: JobProgress): void
}

/**
 * Does the work of one kind. It may run again after a crash at any line: it reads before it acts, and fences its writes with
 * `holdJob`. It fails by throwing; the code of the failure decides whether it is tried again. When its signal is aborted it
 * tidies up and throws the signal's reason. An object it gives back is kept as the job's result: small, and without secrets.
 */
export type Handler<Name extends JobName> = (job: JobContext, payload: JobPayload<Name>) => Promise<unknown>

/** A handler whose kind is only known at run time; what it is given has passed the schema of its kind. */
export type AnyHandler = (job: JobContext, payload: never) => Promise<unknown>

/** Who does which kind. */
export type Handlers = Readonly<Record<string, AnyHandler>>
