import { route } from '#lib/api/route.ts'
import { drillView, listDrillsQuery } from '#lib/contracts/backup-catalogue.ts'
import { listDrills } from '#lib/services/drills/list-drills.ts'

export const GET = route({
  summary: 'List the drills of the team',
  access: 'backups:read',
  query: listDrillsQuery,
  response: { status: 200, page: drillView },
  handle: (ctx, { query }) => listDrills(ctx, query),
})
