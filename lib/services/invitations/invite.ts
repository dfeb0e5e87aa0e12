import { config } from '#lib/config.ts'
import type { InvitationView } from '#lib/contracts/invitations.ts'
import type { Role } from '#lib/contracts/roles.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import { hashToken, newId, newSecretToken } from '#lib/ids.ts'
import { enqueue } from '#lib/jobs/enqueue.ts'
import { checkReach, checkReachNow } from '#lib/services/members/check-reach.ts'
import { mutate } from '#lib/services/mutate.ts'
import { lockTeam } from '#lib/services/team/team-lock.ts'
import { checkQuota } from '#lib/services/usage/check-quota.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { sealTenantSecret } from '#lib/tenancy/tenant-keys.ts'
import { addMs, dayMs } from '#lib/time.ts'
import { invitationLink } from './invitation-link.ts'
import { inState, showInvitation } from './invitation-rows.ts'

/**
 * Invites an address into the team for 24 hours. The answer holds the link, shown once; where mail is configured it is also
 * mailed, for which alone the token is kept, sealed, until the mail is out.
 *
 * @throws AppError `permission-denied` for a role above one's own, `already-member`, `already-invited`, `quota-exceeded`
 */
export async function invite(
  ctx: TenantContext,
  { email, role }: { email: string; role: Role },
): Promise<InvitationView & { link: string }> {
  const { tenantId } = ctx
  checkReach(ctx, role)
  const token = newSecretToken('kin')
  return await mutate(ctx, async (db) => {
    await lockTeam(db, tenantId)
    const inviterId = await checkReachNow(db, ctx, role)
    await checkIsNew(db, tenantId, email)
    await checkRoom(db, ctx)
    const id = newId()
    const row = await db.invitation.create({
      data: {
        tenantId,
        id,
        email,
        role,
        tokenHash: hashToken(token),
        tokenSealed: await sealForMail(db, { tenantId, id, token }),
        invitedBy: ctx.actor.label,
        inviterId,
        expiresAt: addMs(new Date(), dayMs),
      },
    })
    if (row.tokenSealed) await enqueue(db, ctx, { kind: 'send-invitation-mail', payload: { invitationId: id } })
    return {
      result: { ...showInvitation(row), link: invitationLink(token) },
      action: 'invitation.created',
      target: { kind: 'invitation', id, label: email },
      diff: { role: [null, role] },
      event: { kind: 'invitation.created', payload: { invitationId: id } },
    }
  })
}

async function checkIsNew(db: Db, tenantId: string, email: string): Promise<void> {
  const member = await db.membership.findFirst({ where: { tenantId, user: { email } }, select: { userId: true } })
  if (member) throw new AppError('already-member', `${email} is a member of team ${tenantId}`)
  const open = await db.invitation.findFirst({
    where: { tenantId, email, ...inState('pending', new Date()) },
    select: { id: true },
  })
  if (open) throw new AppError('already-invited', `Invitation ${open.id} to ${email} is open`)
}

/** An open invitation holds a member's place, so that accepting one never fails for want of room. */
async function checkRoom(db: Db, { tenantId, quotas }: TenantContext): Promise<void> {
  const pending = await db.invitation.count({ where: { tenantId, ...inState('pending', new Date()) } })
  const members = await db.membership.count({ where: { tenantId } })
  checkQuota(quotas, 'pending-invitations', pending)
  checkQuota(quotas, 'members', members + pending)
}

async function sealForMail(db: Db, row: { tenantId: string; id: string; token: string }): Promise<string | null> {
  if (!config().smtp) return null
  const place = { tenantId: row.tenantId, table: 'invitation', row: row.id, column: 'tokenSealed' }
  return await sealTenantSecret(db, row.token, place)
}
