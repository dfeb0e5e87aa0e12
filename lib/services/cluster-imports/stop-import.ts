import { z } from 'zod'
import type { Db } from '#lib/db/pools.ts'

const payload = z.object({ importId: z.uuid() })

/**
 * An import whose job ended before its work was done waits for a person again: rows that may come in still may, and those
 * nobody has looked at are looked at when the job is done again.
 */
export async function stopImport(db: Db, tenantId: string, jobPayload: unknown): Promise<void> {
  const { importId } = payload.parse(jobPayload)
  await db.clusterImport.updateMany({
    where: { tenantId, id: importId, state: { in: ['checking', 'importing'] } },
    data: { state: 'checked' },
  })
  await db.clusterImportRow.updateMany({
    where: { tenantId, importId, state: 'waiting' },
    data: { state: 'cancelled' },
  })
}
