import { route } from '#lib/api/route.ts'
import { createTargetBody, probeView } from '#lib/contracts/storage-targets.ts'
import { probeNewTarget } from '#lib/services/storage-targets/probe-target.ts'

export const POST = route({
  summary: 'Try out a bucket or directory without adding it',
  access: 'storage-targets:write',
  body: createTargetBody,
  response: { status: 200, schema: probeView },
  handle: (ctx, { body }) => probeNewTarget(ctx, body),
})
