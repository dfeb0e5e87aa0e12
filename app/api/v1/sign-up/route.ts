import { route } from '#lib/api/route.ts'
import { signUpBody, signUpView } from '#lib/contracts/auth.ts'
import { signUp } from '#lib/services/sign-up/sign-up.ts'

export const POST = route({
  summary: 'Make an account and its first team',
  access: 'public',
  body: signUpBody,
  response: { status: 201, schema: signUpView },
  handle: (ctx, { body }) => signUp(ctx, body),
})
