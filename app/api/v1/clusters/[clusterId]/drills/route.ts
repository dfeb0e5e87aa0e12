import { route } from '#lib/api/route.ts'
import { drillView, startDrillBody } from '#lib/contracts/backup-catalogue.ts'
import { clusterParams } from '#lib/contracts/clusters.ts'
import { startDrill } from '#lib/services/drills/start-drill.ts'

export const POST = route({
  summary: 'Prove a backup of a cluster now, by restoring it into an etcd of one use',
  access: 'backups:write',
  params: clusterParams,
  body: startDrillBody,
  response: { status: 202, schema: drillView },
  handle: (ctx, { params, body }) => startDrill(ctx, { ...params, ...body }),
})
