import { route } from '#lib/api/route.ts'
import { targetParams, targetView } from '#lib/contracts/storage-targets.ts'
import { probeTarget } from '#lib/services/storage-targets/probe-target.ts'

export const POST = route({
  summary: 'Try out a place for backups again',
  access: 'storage-targets:write',
  params: targetParams,
  response: { status: 200, schema: targetView },
  handle: (ctx, { params }) => probeTarget(ctx, params),
})
