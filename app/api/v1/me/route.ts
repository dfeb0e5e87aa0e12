import { route } from '#lib/api/route.ts'
import { meView, updateMeBody } from '#lib/contracts/me.ts'
import { getMe } from '#lib/services/account/get-me.ts'
import { updateMe } from '#lib/services/account/update-me.ts'

export const GET = route({
  summary: 'Read your account, your teams and what you may do in the current one',
  access: 'self',
  response: { status: 200, schema: meView },
  handle: (ctx) => getMe(ctx),
})

export const PATCH = route({
  summary: 'Change your name or language',
  access: 'self',
  body: updateMeBody,
  response: { status: 200, schema: meView },
  handle: (ctx, { body }) => updateMe(ctx, body),
})
