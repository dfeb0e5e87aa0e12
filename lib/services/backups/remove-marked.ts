import { withSystem } from '#lib/db/system.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { eachAtOnce } from '#lib/each-at-once.ts'
import { logFailure } from '#lib/log.ts'
import { processWide } from '#lib/process-wide.ts'
import { openTarget } from '#lib/services/storage-targets/open-store.ts'
import { announceEvent, appendEvent } from '#lib/tenancy/events.ts'
import { minuteMs, secondMs } from '#lib/time.ts'
import { removeTraces } from './take-up-backup.ts'

const rowsPerRound = 100
/** Of all the objects of one target in one round. */
const targetMs = 2 * minuteMs
/** One that is slow to answer keeps no other waiting. */
const targetsAtOnce = 4
/** A target that fails is left alone for a while, and longer each time: weather passes, and a target may be gone for good. */
const restMs = { first: 5 * secondMs, longest: 10 * minuteMs }

interface Marked {
  tenantId: string
  id: string
  clusterId: string
  targetId: string
  objectKey: string
  /** Not deleted on purpose, but left over by an attempt that failed for good: the row stays. */
  isLeftover: boolean
  /** It was missing until its time was over. What lies there all the same was brought back by somebody, and is not ours to take. */
  isGone: boolean
}

interface Rest {
  untilMs: number
  restMs: number
}

const resting = processWide('targets-that-rest', () => new Map<string, Rest>())

/**
 * Second half of a deletion: removes the objects of backups that were marked, and what failed ones have left. Only names of the
 * catalogue are removed, never what a listing shows. Safe to break off anywhere: what is gone already is as good as removed, and
 * the row is written last. Gives how many rows it has ended.
 */
export async function removeMarked(signal: AbortSignal): Promise<number> {
  const marked = Map.groupBy(await findMarked(), (row) => row.targetId)
  let ended = 0
  await eachAtOnce([...marked], targetsAtOnce, async ([targetId, rows]) => {
    try {
      ended += await removeFrom(targetId, rows, AbortSignal.any([signal, AbortSignal.timeout(targetMs)]))
      resting.delete(targetId)
    } catch (error) {
      signal.throwIfAborted()
      rest(targetId)
      logFailure(error, `backups that are to go could not be removed from target ${targetId}`)
    }
  })
  return ended
}

function rest(targetId: string): void {
  const before = resting.get(targetId)?.restMs
  const next = before === undefined ? restMs.first : Math.min(2 * before, restMs.longest)
  resting.set(targetId, { untilMs: Date.now() + next, restMs: next })
}

/** Targets that rest are left out before rows are counted: what waits for them must not fill every round. */
function findMarked(): Promise<Marked[]> {
  const now = Date.now()
  const left = [...resting].filter(([, { untilMs }]) => untilMs > now).map(([targetId]) => targetId)
  return withSystem(
    (db) => db.$queryRaw<Marked[]>`
      SELECT "tenantId", "id", "clusterId", "targetId", "objectKey", "deletingAt" IS NULL AS "isLeftover",
             "state" = 'missing' AND "deletingWhy" = 'failure-aged' AS "isGone"
        FROM backup
       WHERE "deletedAt" IS NULL AND NOT "targetId" = ANY(${left}::uuid[])
         AND (("deletingAt" < now() - interval '2 seconds' AND "endedAt" IS NOT NULL)
              OR ("state" = 'failed' AND "objectKey" <> ''))
       ORDER BY "deletingAt" LIMIT ${rowsPerRound}`,
  )
}

async function removeFrom(targetId: string, rows: readonly Marked[], signal: AbortSignal): Promise<number> {
  const [{ tenantId } = { tenantId: '' }] = rows
  const { store } = await openTarget(tenantId, targetId)
  try {
    for (const row of rows) {
      if (!row.isGone) await removeTraces(store, { objectKey: row.objectKey, signal })
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
