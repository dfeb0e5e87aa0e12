import { z } from 'zod'
import { route } from '#lib/api/route.ts'
import { createTargetBody, targetView } from '#lib/contracts/storage-targets.ts'
import { createTarget } from '#lib/services/storage-targets/create-target.ts'
import { listTargets } from '#lib/services/storage-targets/list-targets.ts'

export const GET = route({
  summary: 'List the places backups go to',
  access: 'storage-targets:read',
  response: { status: 200, schema: z.array(targetView) },
  handle: (ctx) => listTargets(ctx),
})

export const POST = route({
  summary: 'Add a bucket or directory for backups; it is tried out first',
  access: 'storage-targets:write',
  stepUp: true,
  body: createTargetBody,
  response: { status: 201, schema: targetView },
  handle: (ctx, { body }) => createTarget(ctx, body),
})
