import { AppError } from '#lib/errors.ts'
import { endMembership } from '#lib/services/members/end-membership.ts'
import { getMember } from '#lib/services/members/member-rows.ts'
import { mutate } from '#lib/services/mutate.ts'
import { announceAccessChange } from '#lib/tenancy/access-changes.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { lockTeam } from './team-lock.ts'

/**
 * Ends the caller's own membership, whatever their role.
 *
 * @throws AppError `last-owner`, `person-required` for an API key
 */
export async function leaveTeam(ctx: TenantContext): Promise<{ teamId: string }> {
  const { tenantId, session } = ctx
  if (!session) throw new AppError('person-required', 'An API key is no member and cannot leave')
  const { userId } = session
  await mutate(ctx, async (db) => {
    await lockTeam(db, tenantId)
    const member = await getMember(db, tenantId, userId)
    return { ...(await endMembership(db, { tenantId, member, action: 'member.left' })), result: { teamId: tenantId } }
  })
  await announceAccessChange(userId)
  return { teamId: tenantId }
}
