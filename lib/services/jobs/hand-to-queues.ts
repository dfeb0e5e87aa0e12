import { getKind } from '#lib/jobs/job-kinds.ts'
import type { Publication } from '#lib/queue/publish-jobs.ts'
import { publishJobs } from '#lib/queue/publish-jobs.ts'

/** Publishes each job in the queue of its kind. Throws within milliseconds while Redis is away. */
export async function handToQueues(jobs: readonly Publication[]): Promise<void> {
  for (const [queue, ofQueue] of Map.groupBy(jobs, ({ kind }) => getKind(kind).queue)) {
    await publishJobs(queue, ofQueue)
  }
}
