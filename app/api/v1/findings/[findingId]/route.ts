import { route } from '#lib/api/route.ts'
import { findingParams, findingView } from '#lib/contracts/inspections.ts'
import { getFinding } from '#lib/services/findings/get-finding.ts'

export const GET = route({
  summary: 'Show a finding, with the commands that show or mend what it says',
  access: 'clusters:read',
  params: findingParams,
  response: { status: 200, schema: findingView },
  handle: (ctx, { params }) => getFinding(ctx, params),
})
