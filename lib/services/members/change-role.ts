import type { MemberView } from '#lib/contracts/members.ts'
import type { Role } from '#lib/contracts/roles.ts'
import { roles } from '#lib/contracts/roles.ts'
import { withdrawInvitations } from '#lib/services/invitations/withdraw-invitations.ts'
import { mutate } from '#lib/services/mutate.ts'
import { lockTeam } from '#lib/services/team/team-lock.ts'
import { announceAccessChange } from '#lib/tenancy/access-changes.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { mayGrant } from '#lib/tenancy/permissions.ts'
import { checkReach, checkReachNow } from './check-reach.ts'
import { keepOneOwner } from './last-owner.ts'
import { getMember } from './member-rows.ts'

/**
 * Gives a member another role, with effect from their next request on. Nobody changes somebody above them, or hands out
 * more than they hold. Open invitations of the member that the new role could not make are withdrawn: else who knows of
 * being lowered soon would come back by a link to a second address.
 *
 * @throws AppError `not-found`, `permission-denied`, `last-owner`
 */
export async function changeRole(
  ctx: TenantContext,
  { userId, role }: { userId: string; role: Role },
): Promise<MemberView> {
  const { tenantId } = ctx
  const changed = await mutate(ctx, async (db) => {
    await lockTeam(db, tenantId)
    const member = await getMember(db, tenantId, userId)
    checkReach(ctx, member.role)
    checkReach(ctx, role)
    await checkReachNow(db, ctx, role)
    if (member.role === 'owner' && role !== 'owner') await keepOneOwner(db, tenantId, userId)
    await db.membership.update({ where: { tenantId_userId: { tenantId, userId } }, data: { role } })
    const beyond = roles.filter((other) => !mayGrant(role, other))
    const withdrawn = await withdrawInvitations(db, { tenantId, inviterId: userId, roles: beyond })
    return {
      result: { ...member, role },
      action: 'member.role-changed',
      target: { kind: 'member', id: userId, label: member.email },
      diff: { role: [member.role, role], ...withdrawn },
      event: { kind: 'member.role-changed', payload: { userId } },
    }
  })
  await announceAccessChange(userId)
  return changed
}
