import type { z } from 'zod'
import type { stepUpBody } from '#lib/contracts/me.ts'
import { confirmPassword } from '#lib/tenancy/check-password.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'
import { accountTarget, mutateAccount } from './mutate-account.ts'

/**
 * Proves again, by password, who sits in front of this session; dangerous actions ask for it every 10 minutes. People who
 * come through an identity provider sign in there again instead (`prompt=login&max_age=0`).
 *
 * @throws AppError `bad-credentials`, `too-many-attempts`
 */
export async function stepUp(ctx: SelfContext, { password }: z.output<typeof stepUpBody>): Promise<{ authAt: string }> {
  await confirmPassword({ email: ctx.user.email, sessionId: ctx.session.id, ip: ctx.ip }, password)
  const authAt = new Date()
  return await mutateAccount(ctx, async (db) => {
    await db.session.update({ where: { id: ctx.session.id }, data: { authAt } })
    return { result: { authAt: authAt.toISOString() }, action: 'session.stepped-up', target: accountTarget(ctx) }
  })
}
