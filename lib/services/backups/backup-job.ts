import type { JobProgress } from '#lib/contracts/jobs.ts'
import type { Delivery } from '#lib/queue/delivery.ts'

/** The job that takes a backup, as its handler gets it. */
export interface BackupJob extends Delivery {
  requestId: string
  signal: AbortSignal
  report(progress: JobProgress): void
}
