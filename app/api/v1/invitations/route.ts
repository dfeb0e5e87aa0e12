import { route } from '#lib/api/route.ts'
import { createdInvitationView, invitationView, inviteBody, listInvitationsQuery } from '#lib/contracts/invitations.ts'
import { invite } from '#lib/services/invitations/invite.ts'
import { listInvitations } from '#lib/services/invitations/list-invitations.ts'

export const GET = route({
  summary: 'List the invitations of the team',
  access: 'invitations:read',
  query: listInvitationsQuery,
  response: { status: 200, page: invitationView },
  handle: (ctx, { query }) => listInvitations(ctx, query),
})

export const POST = route({
  summary: 'Invite somebody into the team',
  access: 'invitations:write',
  body: inviteBody,
  response: { status: 201, schema: createdInvitationView },
  handle: (ctx, { body }) => invite(ctx, body),
})
