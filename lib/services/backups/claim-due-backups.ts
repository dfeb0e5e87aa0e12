import { nextBackupAt } from '#lib/backups/schedule.ts'
import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { newId } from '#lib/ids.ts'
import { ownTargetOf, settingsOf } from '#lib/services/backup-plans/effective-settings.ts'
import { announceWork } from '#lib/services/jobs/announce-work.ts'
import { newBackup } from './new-backup.ts'

const rowsPerRound = 100
/** Behind everything people ask for. */
const routinePriority = 7

/** One that is due is neither switched off nor paused: those have no turn. */
interface DuePlan {
  tenantId: string
  clusterId: string
  clusterName: string
  own: unknown
  team: unknown
  timeZone: string
  defaultTargetId: string | null
  /** Of those its team may have, its own among them. */
  targetIds: string[]
  now: Date
}

/**
 * Turns due plans into backups, by the database's clock: the row of the plan, that of the catalogue and the job change in one
 * transaction, and of two sweeps each plan is seen by one. Turns that passed while nobody looked, or while the last backup still
 * ran, are made up for by one. Gives how many plans it looked at; call again while there are as many as a round takes.
 */
export async function claimDueBackups(): Promise<number> {
  const { seen, asked } = await withSystem(async (db) => {
    const due = await claimDue(db)
    let started = 0
    const turns: { tenantId: string; clusterId: string; nextDueAt: string | null }[] = []
    for (const plan of due) {
      const { targetId, nextDueAt } = turnOf(plan)
      turns.push({ tenantId: plan.tenantId, clusterId: plan.clusterId, nextDueAt: nextDueAt?.toISOString() ?? null })
      if (targetId === null) continue
      const cluster = { id: plan.clusterId, name: plan.clusterName }
      const wish = {
        tenantId: plan.tenantId,
        cluster,
        targetId,
        reason: 'schedule',
        priority: routinePriority,
      } as const
      if (await newBackup(db, { requestId: newId() }, wish)) started += 1
    }
    await moveOn(db, turns)
    return { seen: due.length, asked: started }
  })
  if (asked > 0) announceWork()
  return seen
}

function claimDue(db: Db): Promise<DuePlan[]> {
  return db.$queryRaw<DuePlan[]>`
    SELECT p."tenantId", p."clusterId", p."clusterName", p."settings" AS own, coalesce(s."settings", '{}') AS team,
           t."timeZone", now() AS now,
           (SELECT g."id" FROM storage_target g WHERE g."tenantId" = p."tenantId" AND g."isDefault") AS "defaultTargetId",
           ARRAY(SELECT g."id"::text FROM storage_target g WHERE g."tenantId" = p."tenantId") AS "targetIds"
      FROM backup_plan p
      JOIN tenant t ON t."id" = p."tenantId" AND t."closingAt" IS NULL
      LEFT JOIN backup_settings s ON s."tenantId" = p."tenantId"
     WHERE p."nextDueAt" <= now()
     ORDER BY p."nextDueAt" LIMIT ${rowsPerRound} FOR UPDATE OF p SKIP LOCKED`
}

/** Where this backup goes, and when the next one is due; a plan without a target waits until there is one. */
function turnOf({ clusterId, own, team, timeZone, defaultTargetId, targetIds, now }: DuePlan) {
  const ownTarget = ownTargetOf(own)
  const targetId = ownTarget !== null && targetIds.includes(ownTarget) ? ownTarget : defaultTargetId
  if (targetId === null) return { targetId, nextDueAt: null }
  const { schedule } = settingsOf({ team, cluster: own, timeZone })
  return { targetId, nextDueAt: nextBackupAt(schedule, { after: now, clusterId }) }
}

async function moveOn(db: Db, turns: readonly { tenantId: string; clusterId: string; nextDueAt: string | null }[]) {
  if (turns.length === 0) return
  await db.$executeRaw`
    UPDATE backup_plan p SET "nextDueAt" = turn."nextDueAt"
      FROM jsonb_to_recordset(${JSON.stringify(turns)}::jsonb)
           AS turn("tenantId" uuid, "clusterId" uuid, "nextDueAt" timestamptz)
     WHERE p."tenantId" = turn."tenantId" AND p."clusterId" = turn."clusterId"`
}
