import { route } from '#lib/api/route.ts'
import { clusterParams } from '#lib/contracts/clusters.ts'
import { clusterWatchView } from '#lib/contracts/watch.ts'
import { getClusterWatch } from '#lib/services/collections/get-cluster-watch.ts'

export const GET = route({
  summary: 'Show a cluster as the last collection saw it and as every inspection judges it',
  access: 'clusters:read',
  params: clusterParams,
  response: { status: 200, schema: clusterWatchView },
  handle: (ctx, { params }) => getClusterWatch(ctx, params),
})
