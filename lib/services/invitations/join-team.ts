import type { z } from 'zod'
import type { acceptInvitationView } from '#lib/contracts/auth.ts'
import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'
import { announceEvent } from '#lib/tenancy/events.ts'
import { getOffer } from './get-offer.ts'
import { takeUpOffer } from './take-up-offer.ts'

/**
 * Lets the person who is signed in into the team that invited their address; their session goes on in that team.
 *
 * @throws AppError `invitation-invalid`, `invitation-not-yours`, `already-member`, `quota-exceeded`
 */
export async function joinTeam(
  ctx: SelfContext,
  { token }: { token: string },
): Promise<z.input<typeof acceptInvitationView>> {
  const { id: userId, email } = ctx.user
  const { tenantId, eventSeq } = await withSystem(async (db) => {
    const offer = await getOffer(db, token)
    if (offer.email !== email) throw new AppError('invitation-not-yours', `The invitation is not for user ${userId}`)
    const seq = await takeUpOffer(db, { offer, userId, via: ctx.via, context: ctx })
    await db.session.update({ where: { id: ctx.session.id }, data: { activeTenantId: offer.tenantId } })
    return { tenantId: offer.tenantId, eventSeq: seq }
  })
  announceEvent(tenantId, eventSeq)
  return { teamId: tenantId, email, isNewUser: false }
}
