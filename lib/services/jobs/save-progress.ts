import type { JobProgress } from '#lib/contracts/jobs.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { Delivery } from '#lib/queue/delivery.ts'
import { tellOfJob } from './job-news.ts'

/** Writes down how far a job has come. Does nothing when the job is no longer ours. */
export async function saveProgress({ tenantId, jobId, attempt }: Delivery, progress: JobProgress): Promise<void> {
  const body = JSON.stringify(progress)
  const count = await withTenant(
    tenantId,
    (db) => db.$executeRaw`
      UPDATE job SET "progress" = ${body}::jsonb, "seenAt" = now()
       WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${jobId}::uuid AND "attempt" = ${attempt} AND "state" = 'running'`,
  )
  if (count > 0) tellOfJob(tenantId, jobId)
}
