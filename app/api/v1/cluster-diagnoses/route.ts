import { route } from '#lib/api/route.ts'
import { diagnoseBody } from '#lib/contracts/diagnosis.ts'
import { tellDiagnosis } from '#lib/services/clusters/tell-diagnosis.ts'

export const POST = route({
  summary: 'Look at a cluster before it is imported, told stage by stage; nothing is kept',
  access: 'clusters:write',
  body: diagnoseBody,
  response: { status: 200, stream: 'application/x-ndjson' },
  handle: (ctx, { body }) => tellDiagnosis(ctx, body),
})
