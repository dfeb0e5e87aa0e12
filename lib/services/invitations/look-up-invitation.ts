import type { z } from 'zod'
import type { offeredInvitationView } from '#lib/contracts/auth.ts'
import { withSystem } from '#lib/db/system.ts'
import type { RequestContext } from '#lib/tenancy/context.ts'
import { getOffer } from './get-offer.ts'

/**
 * What the bearer of a link is invited to, before they say yes.
 *
 * @throws AppError `invitation-invalid`
 */
export async function lookUpInvitation(
  _: RequestContext,
  { token }: { token: string },
): Promise<z.input<typeof offeredInvitationView>> {
  return await withSystem(async (db) => {
    const offer = await getOffer(db, token)
    const account = await db.user.findUnique({ where: { email: offer.email }, select: { id: true } })
    const { teamName, email, role, invitedBy, expiresAt } = offer
    return { teamName, email, role, invitedBy, expiresAt: expiresAt.toISOString(), hasAccount: account !== null }
  })
}
