import { route } from '#lib/api/route.ts'
import { cronTimesQuery, cronTimesView } from '#lib/contracts/backup-plans.ts'
import { cronTimes } from '#lib/services/backup-plans/cron-times.ts'

export const GET = route({
  summary: 'Show when a cron expression has its next turns',
  access: 'backups:read',
  query: cronTimesQuery,
  response: { status: 200, schema: cronTimesView },
  handle: (_ctx, { query }) => Promise.resolve(cronTimes(query)),
})
