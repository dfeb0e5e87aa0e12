import type { Permission } from '#lib/contracts/roles.ts'
import { permissions, role as roleSchema } from '#lib/contracts/roles.ts'
import type { Db } from '#lib/db/pools.ts'
import { findKeyById } from './api-keys.ts'
import type { Actor } from './context.ts'
import { permissionsOfKey, permissionsOfMember } from './permissions.ts'

const nothing: ReadonlySet<Permission> = new Set()

/**
 * What an actor may do in a team in this moment, as their next request would find: nothing for somebody who has left, for a
 * key that is revoked, expired or whose creator has left. To be asked by whoever goes on in somebody's name after the request.
 */
export async function permissionsNow(db: Db, tenantId: string, { kind, id }: Actor): Promise<ReadonlySet<Permission>> {
  if (kind === 'system') return new Set(permissions)
  if (kind === 'api-key') {
    const key = await findKeyById(db, tenantId, id)
    return key && key.teamClosingAt === null ? permissionsOfKey(key.role, key.scopes) : nothing
  }
  const member = await db.membership.findUnique({
    where: { tenantId_userId: { tenantId, userId: id } },
    select: { role: true, tenant: { select: { closingAt: true } } },
  })
  return member ? permissionsOfMember(roleSchema.parse(member.role), member.tenant.closingAt) : nothing
}
