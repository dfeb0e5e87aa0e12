import { route } from '#lib/api/route.ts'
import { certificateView, drillParams } from '#lib/contracts/backup-catalogue.ts'
import { getCertificate } from '#lib/services/drills/list-drills.ts'

export const GET = route({
  summary: 'Show the signed certificate of a drill that proved a backup',
  access: 'backups:read',
  params: drillParams,
  response: { status: 200, schema: certificateView },
  handle: (ctx, { params }) => getCertificate(ctx, params),
})
