import type { Role } from '#lib/contracts/roles.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { mayGrant, permissionsOf } from '#lib/tenancy/permissions.ts'
import { findMember } from './member-rows.ts'

/**
 * Refuses to touch a role that may do more than the caller may: one above a person's own, or beyond the scopes of an API
 * key, which else would make itself an owner. Throws `permission-denied` with that role.
 */
export function checkReach(ctx: Pick<TenantContext, 'role' | 'permissions'>, role: Role): void {
  if (mayGrant(ctx.role, role) && permissionsOf(role).isSubsetOf(ctx.permissions)) return
  throw new AppError('permission-denied', `A ${ctx.role} cannot act on the role ${role}`, {
    details: { permission: 'members:write', role: ctx.role, wantedRole: role },
  })
}

/**
 * The same by the role held in this moment: who was lowered or removed while their request waited for `lockTeam` hands out
 * nothing any more. Gives the id of the person who answers for it: whoever is signed in, or who made the API key that acts.
 *
 * @throws AppError `permission-denied`
 */
export async function checkReachNow(db: Db, ctx: TenantContext, role: Role): Promise<string> {
  const userId = await personBehind(db, ctx)
  const member = await findMember(db, ctx.tenantId, userId)
  if (!member) throw new AppError('permission-denied', `User ${userId} has left team ${ctx.tenantId}`)
  checkReach({ role: member.role, permissions: ctx.permissions }, role)
  return userId
}

async function personBehind(db: Db, { tenantId, session, actor }: TenantContext): Promise<string> {
  if (session) return session.userId
  const key = await db.apiKey.findUnique({
    where: { tenantId_id: { tenantId, id: actor.id } },
    select: { createdBy: true },
  })
  if (!key) throw new AppError('not-authenticated', `The API key ${actor.id} is gone`)
  return key.createdBy
}
