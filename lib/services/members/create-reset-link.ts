import { config } from '#lib/config.ts'
import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import { hashToken, newId, newSecretToken } from '#lib/ids.ts'
import { carryOut } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { addMs, hourMs } from '#lib/time.ts'
import { getMember } from './member-rows.ts'

/** Who asked for a reset, as `password_reset.requestedBy` keeps it: whoever completes it checks the same conditions again. */
export const requestedByTeam = (tenantId: string) => `tenant:${tenantId}`

/**
 * A link with which a member sets a new password, for installations without mail; it works once, for 60 minutes, and makes
 * earlier links of this team for that person useless.
 *
 * Only for people who belong to no other team: else an owner could invite a stranger and take over their account. And only
 * for those who sign in by password: else it would open a way past the identity provider that guards the account.
 *
 * @throws AppError `not-found`, `reset-not-allowed`
 */
export async function createResetLink(
  ctx: TenantContext,
  { userId }: { userId: string },
): Promise<{ link: string; expiresAt: string }> {
  const { tenantId } = ctx
  const token = newSecretToken('krs')
  const requestedBy = requestedByTeam(tenantId)
  const expiresAt = addMs(new Date(), hourMs)
  const work = async (db: Db) => {
    const member = await getMember(db, tenantId, userId)
    await checkIsOwnOnly(db, tenantId, userId)
    await checkHasPassword(db, userId)
    await db.passwordReset.deleteMany({ where: { userId, requestedBy, usedAt: null } })
    await db.passwordReset.create({
      data: { id: newId(), email: member.email, userId, tokenHash: hashToken(token), requestedBy, expiresAt },
    })
    const target = { kind: 'member', id: userId, label: member.email }
    const result = { link: `${config().publicUrl}/reset#${token}`, expiresAt: expiresAt.toISOString() }
    return { result, action: 'member.reset-link-created', target }
  }
  return await withSystem((db) => carryOut(db, ctx, () => work(db)))
}

async function checkHasPassword(db: Db, userId: string): Promise<void> {
  const credential = await db.credential.findUnique({ where: { userId }, select: { userId: true } })
  if (!credential) throw new AppError('reset-not-allowed', `User ${userId} signs in without a password`)
}

async function checkIsOwnOnly(db: Db, tenantId: string, userId: string): Promise<void> {
  const elsewhere = await db.membership.findFirst({
    where: { userId, tenantId: { not: tenantId } },
    select: { tenantId: true },
  })
  if (elsewhere) throw new AppError('reset-not-allowed', `User ${userId} belongs to other teams too`)
}
