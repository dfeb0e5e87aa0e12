import { route } from '#lib/api/route.ts'
import { clusterView, listClustersQuery } from '#lib/contracts/clusters.ts'
import { listClusters } from '#lib/services/clusters/list-clusters.ts'

export const GET = route({
  summary: 'List the clusters of the team',
  access: 'clusters:read',
  query: listClustersQuery,
  response: { status: 200, page: clusterView },
  handle: (ctx, { query }) => listClusters(ctx, query),
})
