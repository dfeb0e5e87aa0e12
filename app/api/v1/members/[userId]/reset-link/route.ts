import { route } from '#lib/api/route.ts'
import { memberParams, resetLinkView } from '#lib/contracts/members.ts'
import { createResetLink } from '#lib/services/members/create-reset-link.ts'

export const POST = route({
  summary: 'Make a link with which a member sets a new password',
  access: 'members:reset',
  stepUp: true,
  params: memberParams,
  response: { status: 201, schema: resetLinkView },
  handle: (ctx, { params }) => createResetLink(ctx, params),
})
