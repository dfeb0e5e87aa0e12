import { route } from '#lib/api/route.ts'
import {
  clusterDetailView,
  clusterParams,
  diagnosedClusterView,
  removeClusterBody,
  removedClusterView,
  updateClusterBody,
} from '#lib/contracts/clusters.ts'
import { getCluster } from '#lib/services/clusters/get-cluster.ts'
import { removeCluster } from '#lib/services/clusters/remove-cluster.ts'
import { updateCluster } from '#lib/services/clusters/update-cluster.ts'

export const GET = route({
  summary: 'Show a cluster with its members',
  access: 'clusters:read',
  params: clusterParams,
  response: { status: 200, schema: clusterDetailView },
  handle: (ctx, { params }) => getCluster(ctx, params),
})

export const PATCH = route({
  summary: 'Change a cluster; a new way to it is tried before it replaces the old one',
  access: 'clusters:write',
  params: clusterParams,
  body: updateClusterBody,
  response: { status: 200, schema: diagnosedClusterView },
  handle: (ctx, { params, body }) => updateCluster(ctx, { ...body, ...params }),
})

export const DELETE = route({
  summary: 'Remove a cluster from Kstone; the etcd is not touched',
  access: 'clusters:write',
  stepUp: true,
  params: clusterParams,
  body: removeClusterBody,
  response: { status: 200, schema: removedClusterView },
  handle: (ctx, { params, body }) => removeCluster(ctx, { ...body, ...params }),
})
