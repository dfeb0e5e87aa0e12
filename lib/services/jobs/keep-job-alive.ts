import { withSystem } from '#lib/db/system.ts'
import type { Delivery } from '#lib/queue/delivery.ts'

/** What a worker hears about a job when it says that it lives. */
export type JobStanding = 'ours' | 'cancel-requested' | 'lost'

/**
 * Says that the worker lives, and hears whether the job is still its own and still wanted. Not through the team's own door: a
 * job that keeps that one busy would wait behind itself, and be taken for dead.
 */
export async function keepJobAlive({ tenantId, jobId, attempt }: Delivery): Promise<JobStanding> {
  const [row] = await withSystem(
    (db) => db.$queryRaw<{ isUnwanted: boolean }[]>`
      UPDATE job SET "seenAt" = now()
       WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${jobId}::uuid AND "attempt" = ${attempt} AND "state" = 'running'
   RETURNING "cancelRequestedAt" IS NOT NULL AS "isUnwanted"`,
  )
  if (!row) return 'lost'
  return row.isUnwanted ? 'cancel-requested' : 'ours'
}
