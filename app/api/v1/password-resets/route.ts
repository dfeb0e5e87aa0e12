import { route } from '#lib/api/route.ts'
import { startResetBody, startResetView } from '#lib/contracts/auth.ts'
import { startReset } from '#lib/services/password-resets/start-reset.ts'

export const POST = route({
  summary: 'Ask for a link to set a new password; the answer never tells whether there is such an account',
  access: 'public',
  body: startResetBody,
  response: { status: 202, schema: startResetView },
  handle: (ctx, { body }) => startReset(ctx, body),
})
