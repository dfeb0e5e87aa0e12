import { route } from '#lib/api/route.ts'
import { jobParams, jobView } from '#lib/contracts/jobs.ts'
import { getJob } from '#lib/services/jobs/get-job.ts'

export const GET = route({
  summary: 'Show a background job',
  access: 'jobs:read',
  params: jobParams,
  response: { status: 200, schema: jobView },
  handle: (ctx, { params }) => getJob(ctx, params),
})
