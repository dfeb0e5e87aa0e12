import { z } from 'zod'
import type { Db } from '#lib/db/pools.ts'

const payload = z.object({ backupId: z.uuid() })

/** A backup whose job ended without having taken it has failed; what it left in the store goes with the next round. */
export async function stopBackup(db: Db, tenantId: string, jobPayload: unknown): Promise<void> {
  const { backupId } = payload.parse(jobPayload)
  await db.$executeRaw`
    UPDATE backup SET "state" = 'failed', "endedAt" = now(), "problem" = coalesce("problem", 'broken-off')
     WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${backupId}::uuid AND "state" IN ('pending', 'running')`
}
