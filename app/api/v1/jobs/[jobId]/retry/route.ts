import { route } from '#lib/api/route.ts'
import { jobParams, jobView } from '#lib/contracts/jobs.ts'
import { retryJob } from '#lib/services/jobs/retry-job.ts'

export const POST = route({
  summary: 'Do a failed or cancelled background job again',
  access: 'jobs:write',
  params: jobParams,
  response: { status: 202, schema: jobView },
  handle: (ctx, { params }) => retryJob(ctx, params),
})
