import type { MemberView } from '#lib/contracts/members.ts'
import type { Role } from '#lib/contracts/roles.ts'
import { AppError } from '#lib/errors.ts'
import { mutate } from '#lib/services/mutate.ts'
import { lockTeam } from '#lib/services/team/team-lock.ts'
import { announceAccessChange } from '#lib/tenancy/access-changes.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { mayGrant, permissionsOf } from '#lib/tenancy/permissions.ts'
import { keepOneOwner } from './last-owner.ts'
import { getMember } from './member-rows.ts'

/**
 * Gives a member another role, with effect from their next request on. Nobody changes somebody above them, or hands out
 * more than they hold.
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
    if (member.role === 'owner' && role !== 'owner') await keepOneOwner(db, tenantId, userId)
    await db.membership.update({ where: { tenantId_userId: { tenantId, userId } }, data: { role } })
    return {
      result: { ...member, role },
      action: 'member.role-changed',
      target: { kind: 'member', id: userId, label: member.email },
      diff: { role: [member.role, role] },
      event: { kind: 'member.role-changed', payload: { userId } },
    }
  })
  await announceAccessChange(userId)
  return changed
}

/**
 * Refuses to touch a role that may do more than the caller may: one above a person's own, or beyond the scopes of an API
 * key, which else would make itself an owner. Throws `permission-denied` with that role.
 */
export function checkReach(ctx: TenantContext, role: Role): void {
  if (mayGrant(ctx.role, role) && permissionsOf(role).isSubsetOf(ctx.permissions)) return
  throw new AppError('permission-denied', `A ${ctx.role} cannot act on the role ${role}`, {
    details: { permission: 'members:write', role: ctx.role, wantedRole: role },
  })
}
