import type { Role } from '#lib/contracts/roles.ts'
import type { Db } from '#lib/db/pools.ts'
import type { JsonValue } from '#lib/tenancy/json-value.ts'
import { inState } from './invitation-rows.ts'

/**
 * Withdraws the invitations to `roles` that a person answers for and nobody took, under `lockTeam`, as part of the change
 * that takes away their right to them. Gives what the diff of that change says of it.
 */
export async function withdrawInvitations(
  db: Db,
  { tenantId, inviterId, roles }: { tenantId: string; inviterId: string; roles: readonly Role[] },
): Promise<Record<string, JsonValue>> {
  const now = new Date()
  const rows = await db.invitation.updateManyAndReturn({
    where: { tenantId, inviterId, role: { in: [...roles] }, ...inState('pending', now) },
    data: { revokedAt: now, tokenSealed: null },
    select: { email: true },
  })
  return rows.length === 0 ? {} : { invitations: [rows.map(({ email }) => email), null] }
}
