import type { JobView } from '#lib/contracts/jobs.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { refuse, showJob } from './job-rows.ts'

/**
 * One background job of the team.
 *
 * @throws AppError `not-found`
 */
export async function getJob({ tenantId }: TenantContext, { jobId }: { jobId: string }): Promise<JobView> {
  const row = await withTenant(tenantId, (db) => db.job.findUnique({ where: { tenantId_id: { tenantId, id: jobId } } }))
  if (!row) throw refuse(false, jobId, 'shown')
  return showJob(row)
}
