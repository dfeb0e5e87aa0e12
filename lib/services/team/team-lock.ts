import type { Db } from '#lib/db/pools.ts'

/**
 * Holds the team's membership still until the transaction ends: who counts members, owners or invitations and then acts on
 * the count must be alone. Every such verb takes this lock first, through either door.
 */
export async function lockTeam(db: Db, tenantId: string): Promise<void> {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`team ${tenantId}`}, 0))`
}
