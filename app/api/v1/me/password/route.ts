import { route } from '#lib/api/route.ts'
import { changedView, changePasswordBody } from '#lib/contracts/me.ts'
import { changePassword } from '#lib/services/account/change-password.ts'

export const POST = route({
  summary: 'Change your password; ends all your sessions',
  access: 'self',
  body: changePasswordBody,
  response: { status: 200, schema: changedView },
  handle: (ctx, { body }) => changePassword(ctx, body),
})
