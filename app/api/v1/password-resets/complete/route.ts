import { route } from '#lib/api/route.ts'
import { completeResetBody, completeResetView } from '#lib/contracts/auth.ts'
import { completeReset } from '#lib/services/password-resets/complete-reset.ts'

export const POST = route({
  summary: 'Set a new password by a link; ends all sessions of the account',
  access: 'public',
  body: completeResetBody,
  response: { status: 200, schema: completeResetView },
  handle: (ctx, { body }) => completeReset(ctx, body),
})
