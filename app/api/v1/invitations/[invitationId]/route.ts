import { route } from '#lib/api/route.ts'
import { invitationParams, invitationView } from '#lib/contracts/invitations.ts'
import { revokeInvitation } from '#lib/services/invitations/revoke-invitation.ts'

export const DELETE = route({
  summary: 'Withdraw an invitation',
  access: 'invitations:write',
  params: invitationParams,
  response: { status: 200, schema: invitationView },
  handle: (ctx, { params }) => revokeInvitation(ctx, params),
})
