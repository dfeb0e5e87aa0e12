import { route } from '#lib/api/route.ts'
import { drillParams, drillView } from '#lib/contracts/backup-catalogue.ts'
import { getDrill } from '#lib/services/drills/list-drills.ts'

export const GET = route({
  summary: 'Show one drill and everything it compared',
  access: 'backups:read',
  params: drillParams,
  response: { status: 200, schema: drillView },
  handle: (ctx, { params }) => getDrill(ctx, params),
})
