import { route } from '#lib/api/route.ts'
import { acceptInvitationBody, acceptInvitationView } from '#lib/contracts/auth.ts'
import { acceptInvitation } from '#lib/services/invitations/accept-invitation.ts'

export const POST = route({
  summary: 'Accept an invitation as somebody new',
  access: 'public',
  body: acceptInvitationBody,
  response: { status: 201, schema: acceptInvitationView },
  handle: (ctx, { body }) => acceptInvitation(ctx, body),
})
