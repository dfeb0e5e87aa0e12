import { route } from '#lib/api/route.ts'
import { listSessionsQuery, revokedSessionsView, sessionView } from '#lib/contracts/me.ts'
import { listSessions } from '#lib/services/sessions/list-sessions.ts'
import { revokeOtherSessions } from '#lib/services/sessions/revoke-other-sessions.ts'

export const GET = route({
  summary: 'List where you are signed in, newest first',
  access: 'self',
  query: listSessionsQuery,
  response: { status: 200, page: sessionView },
  handle: (ctx, { query }) => listSessions(ctx, query),
})

export const DELETE = route({
  summary: 'Sign out everywhere else',
  access: 'self',
  response: { status: 200, schema: revokedSessionsView },
  handle: (ctx) => revokeOtherSessions(ctx),
})
