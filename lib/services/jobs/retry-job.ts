import type { JobView } from '#lib/contracts/jobs.ts'
import { putIntoOutbox } from '#lib/jobs/enqueue.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { jobChanged, refuse, showJob } from './job-rows.ts'

/**
 * Has a job done again that failed or was cancelled: as its next attempt, with all its tries before it. It no longer belongs
 * to its schedule, which goes on by itself.
 *
 * @throws AppError `not-found`, `conflict` when it is still to be done, or is done
 */
export function retryJob(ctx: TenantContext, { jobId }: { jobId: string }): Promise<JobView> {
  const { tenantId } = ctx
  return mutate(ctx, async (db) => {
    const where = { tenantId_id: { tenantId, id: jobId } }
    const count = await db.$executeRaw`
      UPDATE job SET "state" = 'queued', "attempt" = "attempt" + 1, "failures" = 0, "takeOvers" = 0, "error" = NULL,
                     "progress" = NULL, "result" = NULL, "cancelRequestedAt" = NULL, "publishedAt" = NULL,
                     "startedAt" = NULL, "finishedAt" = NULL, "scheduleId" = NULL, "seenAt" = now()
       WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${jobId}::uuid AND "state" IN ('failed', 'cancelled')`
    const row = await db.job.findUnique({ where })
    if (count === 0 || !row) throw refuse(row !== null, jobId, 'retried')
    const { attempt, kind, priority } = row
    await putIntoOutbox(db, { tenantId, jobId, attempt, kind, priority, pauseMs: 0 })
    return {
      result: showJob(row),
      action: 'job.retried',
      target: { kind: 'job', id: jobId, label: kind },
      event: jobChanged(jobId),
    }
  })
}
