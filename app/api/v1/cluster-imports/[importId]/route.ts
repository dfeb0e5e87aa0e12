import { route } from '#lib/api/route.ts'
import { clusterImportView, importParams } from '#lib/contracts/cluster-imports.ts'
import { cancelImport } from '#lib/services/cluster-imports/cancel-import.ts'
import { getImport } from '#lib/services/cluster-imports/list-imports.ts'

export const GET = route({
  summary: 'Show an import',
  access: 'clusters:read',
  params: importParams,
  response: { status: 200, schema: clusterImportView },
  handle: (ctx, { params }) => getImport(ctx, params),
})

export const DELETE = route({
  summary: 'Give up an import; what is in by then stays in',
  access: 'clusters:write',
  params: importParams,
  response: { status: 200, schema: clusterImportView },
  handle: (ctx, { params }) => cancelImport(ctx, params),
})
