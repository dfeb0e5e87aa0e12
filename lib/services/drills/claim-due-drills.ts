import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { newId } from '#lib/ids.ts'
import { settingsOf } from '#lib/services/backup-plans/effective-settings.ts'
import { nextDrillAt } from '#lib/services/backup-plans/replan.ts'
import { announceWork } from '#lib/services/jobs/announce-work.ts'
import { newDrill } from './new-drill.ts'

const rowsPerRound = 50
/** Nobody waits for one. */
const routinePriority = 8

interface DuePlan {
  tenantId: string
  clusterId: string
  clusterName: string
  own: unknown
  team: unknown
  timeZone: string
  /** The newest verified; null where there is nothing to prove yet. */
  backupId: string | null
  now: Date
}

/** Turns due plans into drills of the newest verified backup, as `claimDueBackups` does into backups. */
export async function claimDueDrills(): Promise<number> {
  const { seen, asked } = await withSystem(async (db) => {
    const due = await claimDue(db)
    let started = 0
    const turns: { tenantId: string; clusterId: string; nextDrillAt: string }[] = []
    for (const { tenantId, clusterId, clusterName, own, team, timeZone, backupId, now } of due) {
      const settings = settingsOf({ team, cluster: own, timeZone })
      turns.push({ tenantId, clusterId, nextDrillAt: nextDrillAt(settings, { after: now, clusterId }).toISOString() })
      if (backupId === null) continue
      const cluster = { id: clusterId, name: clusterName }
      const wish = { tenantId, cluster, backupId, reason: 'schedule', priority: routinePriority } as const
      if (await newDrill(db, { requestId: newId() }, wish)) started += 1
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
           (SELECT b."id" FROM backup b
             WHERE b."tenantId" = p."tenantId" AND b."clusterId" = p."clusterId" AND b."state" = 'verified'
               AND b."deletingAt" IS NULL
             ORDER BY b."takenAt" DESC LIMIT 1) AS "backupId"
      FROM backup_plan p
      JOIN tenant t ON t."id" = p."tenantId" AND t."closingAt" IS NULL
      LEFT JOIN backup_settings s ON s."tenantId" = p."tenantId"
     WHERE p."nextDrillAt" <= now()
     ORDER BY p."nextDrillAt" LIMIT ${rowsPerRound} FOR UPDATE OF p SKIP LOCKED`
}

async function moveOn(db: Db, turns: readonly { tenantId: string; clusterId: string; nextDrillAt: string }[]) {
  if (turns.length === 0) return
  await db.$executeRaw`
    UPDATE backup_plan p SET "nextDrillAt" = turn."nextDrillAt"
      FROM jsonb_to_recordset(${JSON.stringify(turns)}::jsonb)
           AS turn("tenantId" uuid, "clusterId" uuid, "nextDrillAt" timestamptz)
     WHERE p."tenantId" = turn."tenantId" AND p."clusterId" = turn."clusterId"`
}
