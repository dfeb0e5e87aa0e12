import type { Db } from '#lib/db/pools.ts'
import { isUniqueViolation } from '#lib/db/transaction.ts'
import { AppError } from '#lib/errors.ts'
import { lockTeam } from '#lib/services/team/team-lock.ts'
import { checkQuota } from '#lib/services/usage/check-quota.ts'
import { recordAudit } from '#lib/tenancy/audit-log.ts'
import type { RequestContext, Via } from '#lib/tenancy/context.ts'
import { appendEvent } from '#lib/tenancy/events.ts'
import type { Offer } from './get-offer.ts'
import { inState } from './invitation-rows.ts'

interface Joiner {
  offer: Offer
  userId: string
  via: Via
  context: RequestContext
}

/**
 * Uses up the invitation and makes the person a member, in the caller's transaction through the system door. Of two that
 * arrive with one token, one finds the invitation used. Returns the live event's id, to be announced after commit.
 *
 * @throws AppError `invitation-invalid`, `already-member`, `quota-exceeded`
 */
export async function takeUpOffer(db: Db, { offer, userId, via, context }: Joiner): Promise<bigint> {
  const { tenantId, invitationId, email, role, quotas } = offer
  await lockTeam(db, tenantId)
  const now = new Date()
  const { count } = await db.invitation.updateMany({
    where: { tenantId, id: invitationId, ...inState('pending', now) },
    data: { acceptedAt: now, acceptedBy: userId, tokenSealed: null },
  })
  if (count === 0)
    throw new AppError('invitation-invalid', `Invitation ${invitationId} was used or withdrawn meanwhile`)
  checkQuota(quotas, 'members', await db.membership.count({ where: { tenantId } }))
  await addMember(db, { tenantId, userId, role })
  await recordAudit(
    db,
    { tenantId, actor: { kind: 'user', id: userId, label: email }, via, requestId: context.requestId },
    {
      action: 'member.joined',
      target: { kind: 'member', id: userId, label: email },
      diff: { role: [null, role], invitation: invitationId },
    },
  )
  return await appendEvent(db, tenantId, { kind: 'member.joined', payload: { userId, invitationId } })
}

async function addMember(db: Db, data: { tenantId: string; userId: string; role: string }): Promise<void> {
  try {
    await db.membership.create({ data })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new AppError('already-member', `User ${data.userId} is in team ${data.tenantId} already`, { cause: error })
  }
}
