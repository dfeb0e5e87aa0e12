import { mutate } from '#lib/services/mutate.ts'
import { lockTeam } from '#lib/services/team/team-lock.ts'
import { announceAccessChange } from '#lib/tenancy/access-changes.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { checkReach } from './check-reach.ts'
import { endMembership } from './end-membership.ts'
import { getMember } from './member-rows.ts'

/**
 * Takes somebody out of the team; their open pages end within seconds.
 *
 * @throws AppError `not-found`, `permission-denied` for somebody above the caller, `last-owner`
 */
export async function removeMember(ctx: TenantContext, { userId }: { userId: string }): Promise<{ userId: string }> {
  const { tenantId } = ctx
  const removed = await mutate(ctx, async (db) => {
    await lockTeam(db, tenantId)
    const member = await getMember(db, tenantId, userId)
    checkReach(ctx, member.role)
    return await endMembership(db, { tenantId, member, action: 'member.removed' })
  })
  await announceAccessChange(userId)
  return removed
}
