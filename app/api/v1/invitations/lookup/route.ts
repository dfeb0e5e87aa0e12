import { route } from '#lib/api/route.ts'
import { lookUpInvitationBody, offeredInvitationView } from '#lib/contracts/auth.ts'
import { lookUpInvitation } from '#lib/services/invitations/look-up-invitation.ts'

export const POST = route({
  summary: 'See what an invitation link offers',
  access: 'public',
  body: lookUpInvitationBody,
  response: { status: 200, schema: offeredInvitationView },
  handle: (ctx, { body }) => lookUpInvitation(ctx, body),
})
