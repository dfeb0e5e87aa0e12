import { config } from '#lib/config.ts'
import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import { hashToken, newId, newSecretToken } from '#lib/ids.ts'
import { recordAudit } from '#lib/tenancy/audit-log.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { addMs, hourMs } from '#lib/time.ts'
import { getMember } from './member-rows.ts'

/** Who asked for a reset, as `password_reset.requestedBy` keeps it: whoever completes it checks the same conditions again. */
export const requestedByTeam = (tenantId: string) => `tenant:${tenantId}`

/**
 * A link with which a member sets a new password, for installations without mail; it works once, for 60 minutes, and makes
 * earlier links of this team for that person useless.
 *
 * Only for people who belong to no other team: else an owner could invite a stranger and take over their account.
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
  await withSystem(async (db) => {
    const member = await getMember(db, tenantId, userId)
    await checkIsOwnOnly(db, tenantId, userId)
    await db.passwordReset.deleteMany({ where: { userId, requestedBy, usedAt: null } })
    await db.passwordReset.create({
      data: { id: newId(), email: member.email, userId, tokenHash: hashToken(token), requestedBy, expiresAt },
    })
    const target = { kind: 'member', id: userId, label: member.email }
    await recordAudit(db, ctx, { action: 'member.reset-link-created', target })
  })
  return { link: `${config().publicUrl}/reset#${token}`, expiresAt: expiresAt.toISOString() }
}

async function checkIsOwnOnly(db: Db, tenantId: string, userId: string): Promise<void> {
  const elsewhere = await db.membership.findFirst({
    where: { userId, tenantId: { not: tenantId } },
    select: { tenantId: true },
  })
  if (elsewhere) throw new AppError('reset-not-allowed', `User ${userId} belongs to other teams too`)
}
