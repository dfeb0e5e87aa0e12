import { route } from '#lib/api/route.ts'
import { revokedSessionsView, sessionParams } from '#lib/contracts/me.ts'
import { revokeSession } from '#lib/services/sessions/revoke-session.ts'

export const DELETE = route({
  summary: 'End one of your sessions',
  access: 'self',
  params: sessionParams,
  response: { status: 200, schema: revokedSessionsView },
  handle: (ctx, { params }) => revokeSession(ctx, params.sessionId),
})
