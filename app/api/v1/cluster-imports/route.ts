import { route } from '#lib/api/route.ts'
import {
  clusterImportView,
  importBodyMaxBytes,
  listImportsQuery,
  startImportBody,
} from '#lib/contracts/cluster-imports.ts'
import { listImports } from '#lib/services/cluster-imports/list-imports.ts'
import { startImport } from '#lib/services/cluster-imports/start-import.ts'

export const GET = route({
  summary: 'List the imports of the team',
  access: 'clusters:read',
  query: listImportsQuery,
  response: { status: 200, page: clusterImportView },
  handle: (ctx, { query }) => listImports(ctx, query),
})

export const POST = route({
  summary: 'Have a list of clusters looked at; nothing is brought in yet',
  access: 'clusters:write',
  body: startImportBody,
  bodySizeMaxBytes: importBodyMaxBytes,
  response: { status: 202, schema: clusterImportView },
  handle: (ctx, { body }) => startImport(ctx, body),
})
