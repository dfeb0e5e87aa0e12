import type { JobName, JobPayload } from '#lib/jobs/job-definitions.ts'
import type { Delivery } from '#lib/queue/delivery.ts'

/** What a handler knows besides its payload. */
export interface JobContext extends Delivery {
  requestId: string
  /** Aborted when the attempt takes too long, is taken over, or the worker has to end. */
  signal: AbortSignal
}

/**
 * Does the work of one kind. It may run again after a crash at any line: it reads before it acts, and fences its writes with
 * `holdJob`. It fails by throwing; the code of the failure decides whether it is tried again.
 */
export type Handler<Name extends JobName> = (job: JobContext, payload: JobPayload<Name>) => Promise<void>
