import { z } from 'zod'
import type { Db } from '#lib/db/pools.ts'

const payload = z.object({ drillId: z.uuid() })

/** A drill whose job ended without a verdict has proven nothing. */
export async function stopDrill(db: Db, tenantId: string, jobPayload: unknown): Promise<void> {
  const { drillId } = payload.parse(jobPayload)
  await db.$executeRaw`
    UPDATE drill SET "state" = 'not-proven', "endedAt" = now(), "problem" = coalesce("problem", 'broken-off')
     WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${drillId}::uuid AND "state" IN ('pending', 'running')`
}
