import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'

/**
 * Refuses to take the role of owner from the last one who holds it. Only true under `lockTeam`: of two owners who leave in
 * the same moment the second must see that the first is gone.
 *
 * @throws AppError `last-owner`
 */
export async function keepOneOwner(db: Db, tenantId: string, leavingUserId: string): Promise<void> {
  const other = await db.membership.findFirst({
    where: { tenantId, role: 'owner', userId: { not: leavingUserId } },
    select: { userId: true },
  })
  if (!other) throw new AppError('last-owner', `User ${leavingUserId} is the last owner of team ${tenantId}`)
}
