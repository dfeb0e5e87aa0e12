import { route } from '#lib/api/route.ts'
import { clusterView, diagnosedClusterView, importClusterBody, listClustersQuery } from '#lib/contracts/clusters.ts'
import { importCluster } from '#lib/services/clusters/import-cluster.ts'
import { listClusters } from '#lib/services/clusters/list-clusters.ts'

export const GET = route({
  summary: 'List the clusters of the team',
  access: 'clusters:read',
  query: listClustersQuery,
  response: { status: 200, page: clusterView },
  handle: (ctx, { query }) => listClusters(ctx, query),
})

export const POST = route({
  summary: 'Import a cluster, after a look at it',
  access: 'clusters:write',
  body: importClusterBody,
  response: { status: 201, schema: diagnosedClusterView },
  handle: (ctx, { body }) => importCluster(ctx, body),
})
