import { route } from '#lib/api/route.ts'
import { clusterParams } from '#lib/contracts/clusters.ts'
import { seriesQuery, seriesView } from '#lib/contracts/watch.ts'
import { getSeries } from '#lib/services/samples/get-series.ts'

export const GET = route({
  summary: 'Show how the members of a cluster went over time',
  access: 'clusters:read',
  params: clusterParams,
  query: seriesQuery,
  response: { status: 200, schema: seriesView },
  handle: (ctx, { params, query }) => getSeries(ctx, { ...query, ...params }),
})
