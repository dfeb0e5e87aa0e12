import { route } from '#lib/api/route.ts'
import { importParams, importRowView, listImportRowsQuery } from '#lib/contracts/cluster-imports.ts'
import { listImportRows } from '#lib/services/cluster-imports/list-imports.ts'

export const GET = route({
  summary: 'List the rows of an import with their verdicts',
  access: 'clusters:read',
  params: importParams,
  query: listImportRowsQuery,
  response: { status: 200, page: importRowView },
  handle: (ctx, { params, query }) => listImportRows(ctx, { ...query, ...params }),
})
