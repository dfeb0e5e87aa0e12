import { route } from '#lib/api/route.ts'
import { clusterParams } from '#lib/contracts/clusters.ts'
import { diagnosisView } from '#lib/contracts/diagnosis.ts'
import { lookAtCluster } from '#lib/services/clusters/look-at-cluster.ts'

export const POST = route({
  summary: 'Look at a cluster now, and keep what was seen',
  access: 'clusters:write',
  params: clusterParams,
  response: { status: 200, schema: diagnosisView },
  handle: (ctx, { params }) => lookAtCluster(ctx, params),
})
