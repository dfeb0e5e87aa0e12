import { route } from '#lib/api/route.ts'
import { jobParams, jobView } from '#lib/contracts/jobs.ts'
import { cancelJob } from '#lib/services/jobs/cancel-job.ts'

export const POST = route({
  summary: 'Cancel a background job',
  access: 'jobs:write',
  params: jobParams,
  response: { status: 202, schema: jobView },
  handle: (ctx, { params }) => cancelJob(ctx, params),
})
