import type { z } from 'zod'
import type { JobView, listJobsQuery } from '#lib/contracts/jobs.ts'
import type { Page } from '#lib/contracts/paging.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { behind, createdKey, pageOf } from '#lib/services/paging.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { showJob } from './job-rows.ts'

/**
 * Background jobs of the team, the newest first; of one state, kind or subject (by its id) when asked for. What schedules do
 * again and again is left out while it goes well, or nothing else would be seen, unless its kind or subject is asked for.
 */
export function listJobs({ tenantId }: TenantContext, query: z.output<typeof listJobsQuery>): Promise<Page<JobView>> {
  const { limit: _rows, cursor: _page, ...filter } = query
  return pageOf(query, {
    list: ['jobs', filter],
    key: createdKey,
    keyOf: (row) => ({ at: row.createdAt.toISOString(), id: row.id }),
    fetch: (after, count) =>
      withTenant(tenantId, (db) =>
        db.job.findMany({
          where: {
            tenantId,
            ...filterOf(filter),
            ...behind(after, { descendingBy: 'id' }),
          },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          take: count,
        }),
      ),
    show: showJob,
  })
}

function filterOf({
  state,
  kind,
  subject,
}: Pick<z.output<typeof listJobsQuery>, 'state' | 'kind' | 'subject'>): object {
  return {
    ...(state ? { state } : {}),
    ...(kind ? { kind } : {}),
    ...(subject ? { subjectId: subject } : {}),
    ...(kind || subject ? {} : { NOT: { scheduleId: { not: null }, state: 'done' } }),
  }
}
