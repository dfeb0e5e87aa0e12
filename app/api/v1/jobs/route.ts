import { route } from '#lib/api/route.ts'
import { jobView, listJobsQuery } from '#lib/contracts/jobs.ts'
import { listJobs } from '#lib/services/jobs/list-jobs.ts'

export const GET = route({
  summary: 'List the background jobs of the team',
  access: 'jobs:read',
  query: listJobsQuery,
  response: { status: 200, page: jobView },
  handle: (ctx, { query }) => listJobs(ctx, query),
})
