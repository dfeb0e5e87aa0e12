import { withSystem } from '#lib/db/system.ts'
import { newId } from '#lib/ids.ts'
import { enqueue } from '#lib/jobs/enqueue.ts'
import { announceWork } from '#lib/services/jobs/announce-work.ts'

const rowsPerRound = 50
const routinePriority = 9

interface DueTarget {
  tenantId: string
  id: string
  name: string
}

/** Asks once a day for each target to be compared with the catalogue. Gives how many were due. */
export async function claimDueComparisons(): Promise<number> {
  const count = await withSystem(async (db) => {
    const due = await db.$queryRaw<DueTarget[]>`
      UPDATE storage_target g SET "nextCompareAt" = now() + interval '1 day'
        FROM (SELECT d."tenantId", d."id" FROM storage_target d JOIN tenant t ON t."id" = d."tenantId"
               WHERE d."nextCompareAt" <= now() AND t."closingAt" IS NULL
               ORDER BY d."nextCompareAt" LIMIT ${rowsPerRound} FOR UPDATE OF d SKIP LOCKED) AS due
       WHERE g."tenantId" = due."tenantId" AND g."id" = due."id"
   RETURNING g."tenantId", g."id", g."name"`
    for (const { tenantId, id, name } of due) {
      await enqueue(
        db,
        { tenantId, requestId: newId() },
        {
          kind: 'compare-target',
          payload: { targetId: id },
          priority: routinePriority,
          subject: { kind: 'storage-target', id, label: name },
        },
      )
    }
    return due.length
  })
  if (count > 0) announceWork()
  return count
}
