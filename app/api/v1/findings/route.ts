import { route } from '#lib/api/route.ts'
import { findingView, listFindingsQuery } from '#lib/contracts/inspections.ts'
import { listFindings } from '#lib/services/findings/list-findings.ts'

export const GET = route({
  summary: 'List what inspections found in the clusters of the team',
  access: 'clusters:read',
  query: listFindingsQuery,
  response: { status: 200, page: findingView },
  handle: (ctx, { query }) => listFindings(ctx, query),
})
