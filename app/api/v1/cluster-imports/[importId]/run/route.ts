import { route } from '#lib/api/route.ts'
import { clusterImportView, importParams } from '#lib/contracts/cluster-imports.ts'
import { runImport } from '#lib/services/cluster-imports/run-import.ts'

export const POST = route({
  summary: 'Bring in the rows of an import that passed their look',
  access: 'clusters:write',
  params: importParams,
  response: { status: 202, schema: clusterImportView },
  handle: (ctx, { params }) => runImport(ctx, params),
})
