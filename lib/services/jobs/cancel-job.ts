import type { JobView } from '#lib/contracts/jobs.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { announceCancel } from './announce-cancel.ts'
import { announceWork } from './announce-work.ts'
import { endSubject } from './end-subject.ts'
import { jobChanged, refuse, showJob } from './job-rows.ts'

/**
 * Calls a job off. One that waits ends here and now; one that runs is told so, tidies up and ends within seconds, unless it
 * was done sooner.
 *
 * @throws AppError `not-found`, `conflict` when it has ended or was called off already
 */
export async function cancelJob(ctx: TenantContext, { jobId }: { jobId: string }): Promise<JobView> {
  const { tenantId } = ctx
  const now = new Date()
  const job = await mutate(ctx, async (db) => {
    const where = { tenantId, id: jobId }
    const [waiting] = await db.job.updateManyAndReturn({
      where: { ...where, state: 'queued' },
      data: { state: 'cancelled', cancelRequestedAt: now, finishedAt: now },
    })
    const [running] = waiting
      ? []
      : await db.job.updateManyAndReturn({
          where: { ...where, state: 'running', cancelRequestedAt: null },
          data: { cancelRequestedAt: now },
        })
    const row = waiting ?? running
    if (!row) throw refuse((await db.job.count({ where })) > 0, jobId, 'cancelled')
    if (waiting) await endSubject(db, waiting)
    return {
      result: showJob(row),
      action: 'job.cancelled',
      target: { kind: 'job', id: jobId, label: row.kind },
      event: jobChanged(jobId),
    }
  })
  if (job.state === 'running') await announceCancel(jobId)
  // Its place in the queue is free now.
  else announceWork()
  return job
}
