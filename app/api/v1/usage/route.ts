import { route } from '#lib/api/route.ts'
import { usageView } from '#lib/contracts/usage.ts'
import { getUsage } from '#lib/services/usage/get-usage.ts'

export const GET = route({
  summary: 'Show what the team uses of its quotas',
  access: 'usage:read',
  response: { status: 200, schema: usageView },
  handle: (ctx) => getUsage(ctx),
})
