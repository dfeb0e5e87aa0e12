import { route } from '#lib/api/route.ts'
import { clusterParams } from '#lib/contracts/clusters.ts'
import { collectionAskedView } from '#lib/contracts/watch.ts'
import { askCollection } from '#lib/services/collections/ask-collection.ts'

export const POST = route({
  summary: 'Collect and inspect a cluster now',
  access: 'clusters:write',
  params: clusterParams,
  response: { status: 202, schema: collectionAskedView },
  handle: (ctx, { params }) => askCollection(ctx, params),
})
