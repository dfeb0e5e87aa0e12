import type { MemberView } from '#lib/contracts/members.ts'
import { roles } from '#lib/contracts/roles.ts'
import type { Db } from '#lib/db/pools.ts'
import { withdrawInvitations } from '#lib/services/invitations/withdraw-invitations.ts'
import type { Outcome } from '#lib/services/mutate.ts'
import { keepOneOwner } from './last-owner.ts'

/**
 * Takes a member out of the team, under `lockTeam`. Their API keys and the invitations they made and nobody took end with
 * them: whoever was sent away must not come back by a link of their own, nor old keys with them. Sessions need no touch,
 * since every request reads the membership anew.
 *
 * @throws AppError `last-owner`
 */
export async function endMembership(
  db: Db,
  { tenantId, member, action }: { tenantId: string; member: MemberView; action: 'member.removed' | 'member.left' },
): Promise<Outcome<{ userId: string }>> {
  const { userId, email, role } = member
  if (role === 'owner') await keepOneOwner(db, tenantId, userId)
  await db.membership.delete({ where: { tenantId_userId: { tenantId, userId } } })
  const keys = await db.apiKey.updateManyAndReturn({
    where: { tenantId, createdBy: userId, revokedAt: null },
    data: { revokedAt: new Date() },
    select: { name: true },
  })
  const withdrawn = await withdrawInvitations(db, { tenantId, inviterId: userId, roles })
  const revoked = keys.map(({ name }) => name)
  return {
    result: { userId },
    action,
    target: { kind: 'member', id: userId, label: email },
    // Not `keys`: what is called so is blotted out of the audit log.
    diff: { role: [role, null], ...(revoked.length > 0 ? { revoked: [revoked, null] } : {}), ...withdrawn },
    event: { kind: 'member.removed', payload: { userId } },
  }
}
