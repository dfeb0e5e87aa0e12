import type { z } from 'zod'
import type { changePasswordBody } from '#lib/contracts/me.ts'
import { forgetResetRequests } from '#lib/services/password-resets/reset-limits.ts'
import { announceAccessChange } from '#lib/tenancy/access-changes.ts'
import { confirmPassword } from '#lib/tenancy/check-password.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'
import { checkNewPassword, hashPassword } from '#lib/tenancy/passwords.ts'
import { accountTarget, mutateAccount } from './mutate-account.ts'
import { replacePassword } from './replace-password.ts'

/**
 * Sets another password and ends every session of the person, this one too: the page signs in anew with the new password,
 * by the one door that makes session ids.
 *
 * @throws AppError `bad-credentials`, `too-many-attempts`, `password-too-common`
 */
export async function changePassword(
  ctx: SelfContext,
  { currentPassword, newPassword }: z.output<typeof changePasswordBody>,
): Promise<{ changed: true }> {
  checkNewPassword(newPassword, [ctx.user.email, ctx.user.name])
  await confirmPassword({ email: ctx.user.email, sessionId: ctx.session.id, ip: ctx.ip }, currentPassword)
  const passwordHash = await hashPassword(newPassword, ctx.ip)
  await mutateAccount(ctx, async (db) => {
    await replacePassword(db, { userId: ctx.user.id, passwordHash, reason: 'password-changed' })
    await forgetResetRequests(db, ctx.user.email)
    return { result: undefined, action: 'account.password-changed', target: accountTarget(ctx) }
  })
  await announceAccessChange(ctx.user.id)
  return { changed: true }
}
