import { route } from '#lib/api/route.ts'
import { stepUpBody, stepUpView } from '#lib/contracts/me.ts'
import { stepUp } from '#lib/services/account/step-up.ts'

export const POST = route({
  summary: 'Prove again who you are, for dangerous actions in the next 10 minutes',
  access: 'self',
  body: stepUpBody,
  response: { status: 200, schema: stepUpView },
  handle: (ctx, { body }) => stepUp(ctx, body),
})
