import { z } from 'zod'
import { route } from '#lib/api/route.ts'
import { removeTargetBody, targetParams, targetView, updateTargetBody } from '#lib/contracts/storage-targets.ts'
import { getTarget } from '#lib/services/storage-targets/list-targets.ts'
import { removeTarget } from '#lib/services/storage-targets/remove-target.ts'
import { updateTarget } from '#lib/services/storage-targets/update-target.ts'

export const GET = route({
  summary: 'Show one place backups go to',
  access: 'storage-targets:read',
  params: targetParams,
  response: { status: 200, schema: targetView },
  handle: (ctx, { params }) => getTarget(ctx, params),
})

export const PATCH = route({
  summary: 'Change how a place for backups is reached; a new way is tried out first',
  access: 'storage-targets:write',
  stepUp: true,
  params: targetParams,
  body: updateTargetBody,
  response: { status: 200, schema: targetView },
  handle: (ctx, { params, body }) => updateTarget(ctx, { ...params, ...body }),
})

export const DELETE = route({
  summary: 'Forget a place in which no backups lie any more',
  access: 'storage-targets:write',
  stepUp: true,
  params: targetParams,
  body: removeTargetBody,
  response: { status: 200, schema: z.object({ id: z.string(), name: z.string() }) },
  handle: (ctx, { params, body }) => removeTarget(ctx, { ...params, ...body }),
})
