import { withSystem } from '#lib/db/system.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { logFailure } from '#lib/log.ts'
import { processWide } from '#lib/process-wide.ts'
import { openTarget } from '#lib/services/storage-targets/open-store.ts'
import { announceEvent, appendEvent } from '#lib/tenancy/events.ts'
import { minuteMs } from '#lib/time.ts'
import { removeTraces } from './take-up-backup.ts'

const rowsPerRound = 100
/** Of all the objects of one target in one round. */
const targetMs = 2 * minuteMs
/** A target that fails is left alone for so long. */
const restMs = 10 * minuteMs

interface Marked {
  tenantId: string
  id: string
  clusterId: string
  targetId: string
  objectKey: string
  /** Not deleted on purpose, but left over by an attempt that failed for good: the row stays. */
  isLeftover: boolean
}

const resting = processWide('targets-that-rest', () => new Map<string, number>())

/**
 * Second half of a deletion: removes the objects of backups that were marked, and what failed ones have left. Only names of the
 * catalogue are removed, never what a listing shows. Safe to break off anywhere: what is gone already is as good as removed, and
 * the row is written last. Gives how many rows it has ended.
 */
export async function removeMarked(signal: AbortSignal): Promise<number> {
  const marked = (await findMarked()).filter(({ targetId }) => (resting.get(targetId) ?? 0) <= Date.now())
  let ended = 0
  for (const [targetId, rows] of Map.groupBy(marked, (row) => row.targetId)) {
    try {
      ended += await removeFrom(targetId, rows, AbortSignal.any([signal, AbortSignal.timeout(targetMs)]))
      resting.delete(targetId)
    } catch (error) {
      signal.throwIfAborted()
      resting.set(targetId, Date.now() + restMs)
      logFailure(error, `backups that are to go could not be removed from target ${targetId}`)
    }
  }
  return ended
}

function findMarked(): Promise<Marked[]> {
  return withSystem(
    (db) => db.$queryRaw<Marked[]>`
      SELECT "tenantId", "id", "clusterId", "targetId", "objectKey", "deletingAt" IS NULL AS "isLeftover" FROM backup
       WHERE ("deletingAt" < now() - interval '2 seconds' AND "deletedAt" IS NULL AND "endedAt" IS NOT NULL)
          OR ("state" = 'failed' AND "objectKey" <> '' AND "deletedAt" IS NULL)
       ORDER BY "deletingAt" LIMIT ${rowsPerRound}`,
  )
}

async function removeFrom(targetId: string, rows: readonly Marked[], signal: AbortSignal): Promise<number> {
  const [{ tenantId } = { tenantId: '' }] = rows
  const { store } = await openTarget(tenantId, targetId)
  try {
    for (const row of rows) {
      await removeTraces(store, { objectKey: row.objectKey, signal })
      await endRow(row)
    }
  } finally {
    store.close()
  }
  return rows.length
}

/** Whoever took the row up again meanwhile has given it another name, or another state. */
async function endRow({ tenantId, id, clusterId, objectKey, isLeftover }: Marked): Promise<void> {
  const seq = await withTenant(tenantId, async (db) => {
    const { count } = await db.backup.updateMany({
      where: { tenantId, id, objectKey, ...(isLeftover ? { state: 'failed' } : { deletingAt: { not: null } }) },
      data: isLeftover ? { objectKey: '' } : { deletedAt: new Date() },
    })
    if (count === 0) return undefined
    return await appendEvent(db, tenantId, { kind: 'backup.changed', payload: { clusterId, backupId: id } })
  })
  if (seq !== undefined) announceEvent(tenantId, seq)
}
