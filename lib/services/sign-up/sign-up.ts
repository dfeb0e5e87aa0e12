import type { z } from 'zod'
import { config } from '#lib/config.ts'
import type { signUpBody } from '#lib/contracts/auth.ts'
import { withSystem } from '#lib/db/system.ts'
import { isUniqueViolation } from '#lib/db/transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { foundTeam } from '#lib/services/account/found-team.ts'
import type { RequestContext } from '#lib/tenancy/context.ts'
import { beginSignUp, countSignUp, forgiveAttempt } from '#lib/tenancy/login-throttle.ts'
import { checkNewPassword, hashPassword } from '#lib/tenancy/passwords.ts'

type SignUp = z.output<typeof signUpBody>

/**
 * Makes an account and its first team. Nobody is signed in by it: the page does that by the usual door.
 *
 * That an address is taken cannot be hidden from somebody who could sign in right after; so each try that meets a taken
 * address counts like a wrong password, which leaves a stranger 10 guesses an hour for one and 100 a day for all. Those that
 * succeed are counted by network too, so that one host cannot fill the installation with teams.
 *
 * @throws AppError `sign-up-disabled`, `password-too-common`, `email-taken`, `too-many-attempts`
 */
export async function signUp(ctx: RequestContext, body: SignUp): Promise<{ userId: string; teamId: string }> {
  if (!config().signUpEnabled) throw new AppError('sign-up-disabled', 'SIGN_UP_ENABLED is false')
  const { email, password } = body
  checkNewPassword(password, [email, body.name, body.teamName])
  const attempt = { email, ip: ctx.ip }
  await withSystem((db) => beginSignUp(db, attempt))
  const passwordHash = await hashPassword(password, ctx.ip)
  try {
    return await withSystem(async (db) => {
      const made = await createAccount(db, { ctx, body, passwordHash })
      await forgiveAttempt(db, attempt, { pauseMs: 0 })
      await countSignUp(db, ctx.ip)
      return made
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw new AppError('email-taken', 'The address has an account', { cause: error })
    throw error
  }
}

interface NewAccount {
  ctx: RequestContext
  body: SignUp
  passwordHash: string
}

async function createAccount(db: Parameters<typeof foundTeam>[0], { ctx, body, passwordHash }: NewAccount) {
  const { email, name, teamName, locale } = body
  const user = await db.user.create({
    data: { id: newId(), email, name, ...(locale ? { locale } : {}), credential: { create: { passwordHash } } },
  })
  const team = await foundTeam(db, { name: teamName, founder: user, via: 'public', requestId: ctx.requestId })
  return { userId: user.id, teamId: team.id }
}
