import { route } from '#lib/api/route.ts'
import { acceptInvitationView, joinTeamBody } from '#lib/contracts/auth.ts'
import { joinTeam } from '#lib/services/invitations/join-team.ts'

export const POST = route({
  summary: 'Accept an invitation with the account that is signed in',
  access: 'self',
  body: joinTeamBody,
  response: { status: 200, schema: acceptInvitationView },
  handle: (ctx, { body }) => joinTeam(ctx, body),
})
