import { route } from '#lib/api/route.ts'
import { listOrphansQuery, orphanView, targetParams } from '#lib/contracts/storage-targets.ts'
import { listOrphans } from '#lib/services/storage-targets/list-orphans.ts'

export const GET = route({
  summary: 'List the objects in a place for backups that no backup knows',
  access: 'storage-targets:read',
  params: targetParams,
  query: listOrphansQuery,
  response: { status: 200, page: orphanView },
  handle: (ctx, { params, query }) => listOrphans(ctx, { ...params, ...query }),
})
