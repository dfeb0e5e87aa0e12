import { nextBackupAt } from '#lib/backups/schedule.ts'
import { spreadOver } from '#lib/backups/spread.ts'
import type { EffectiveBackupSettings } from '#lib/contracts/backup-plans.ts'
import type { Db } from '#lib/db/pools.ts'
import { wakeWorkers } from '#lib/jobs/enqueue.ts'
import { addMs, dayMs, secondMs } from '#lib/time.ts'
import { ownTargetOf, settingsOf } from './effective-settings.ts'

interface PlanRow {
  clusterId: string
  isOn: boolean
  isPaused: boolean
  own: unknown
  hasBackup: boolean
  nextDueAt: Date | null
  nextDrillAt: Date | null
}

interface Which {
  tenantId: string
  /** One cluster; all of the team unless given. */
  clusterId?: string
}

/** Makes sure that a cluster has a plan, and that it fits what holds now. Call it where a cluster is added, renamed, paused or resumed. */
export async function keepBackupPlan(db: Db, { tenantId, clusterId }: Required<Which>): Promise<void> {
  await db.$executeRaw`
    INSERT INTO backup_plan ("tenantId", "clusterId", "clusterName")
    SELECT "tenantId", "id", "name" FROM cluster WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${clusterId}::uuid
    ON CONFLICT ("tenantId", "clusterId") DO UPDATE SET "clusterName" = excluded."clusterName"`
  await replan(db, { tenantId, clusterId })
}

/**
 * Sets when backups and drills are due, by what holds now: nothing where the feature is off, the cluster paused, or no target
 * there. A cluster that was never backed up has its first turn at once, one a second, so that nobody waits an hour for the proof
 * that it works.
 * A turn that is planned already moves only when its schedule names another.
 */
export async function replan(db: Db, { tenantId, clusterId }: Which): Promise<void> {
  const base = await readBase(db, tenantId)
  const rows = await db.$queryRaw<PlanRow[]>`
    SELECT p."clusterId", p."isOn", c."pausedAt" IS NOT NULL AS "isPaused", p."settings" AS own, p."nextDueAt", p."nextDrillAt",
           EXISTS (SELECT 1 FROM backup b WHERE b."tenantId" = p."tenantId" AND b."clusterId" = p."clusterId") AS "hasBackup"
      FROM backup_plan p JOIN cluster c ON c."tenantId" = p."tenantId" AND c."id" = p."clusterId"
     WHERE p."tenantId" = ${tenantId}::uuid AND (${clusterId ?? null}::uuid IS NULL OR p."clusterId" = ${clusterId ?? null}::uuid)`
  const first = { spreadMs: rows.filter(({ hasBackup }) => !hasBackup).length * secondMs }
  const planned = rows.map((row) => ({ clusterId: row.clusterId, ...turnsOf(row, { ...base, ...first }) }))
  await db.$executeRaw`
    UPDATE backup_plan p SET "nextDueAt" = planned."nextDueAt", "nextDrillAt" = planned."nextDrillAt"
      FROM jsonb_to_recordset(${JSON.stringify(planned)}::jsonb)
           AS planned("clusterId" uuid, "nextDueAt" timestamptz, "nextDrillAt" timestamptz)
     WHERE p."tenantId" = ${tenantId}::uuid AND p."clusterId" = planned."clusterId"`
  wakeWorkers(db)
}

interface Base {
  team: unknown
  timeZone: string
  hasDefaultTarget: boolean
  now: Date
}

/** What holds for all clusters of a team, and the time by the database's clock. */
export async function readBase(db: Db, tenantId: string): Promise<Base> {
  const [row] = await db.$queryRaw<Base[]>`
    SELECT t."timeZone", now() AS now, coalesce(s."settings", '{}') AS team,
           EXISTS (SELECT 1 FROM storage_target g WHERE g."tenantId" = t."id" AND g."isDefault") AS "hasDefaultTarget"
      FROM tenant t LEFT JOIN backup_settings s ON s."tenantId" = t."id" WHERE t."id" = ${tenantId}::uuid`
  return row ?? { team: {}, timeZone: 'UTC', hasDefaultTarget: false, now: new Date() }
}

function turnsOf(row: PlanRow, { team, timeZone, hasDefaultTarget, now, spreadMs }: Base & { spreadMs: number }) {
  const { clusterId, isOn, isPaused, own } = row
  if (!isOn || isPaused || !(hasDefaultTarget || ownTargetOf(own) !== null))
    return { nextDueAt: null, nextDrillAt: null }
  const settings = settingsOf({ team, cluster: own, timeZone })
  return {
    nextDueAt: nextTurn(row, { settings, now, spreadMs }),
    nextDrillAt: row.nextDrillAt ?? nextDrillAt(settings, { after: now, clusterId }),
  }
}

function nextTurn(
  { clusterId, hasBackup, nextDueAt }: PlanRow,
  { settings, now, spreadMs }: { settings: EffectiveBackupSettings; now: Date; spreadMs: number },
): Date {
  const isWaiting = nextDueAt !== null && (nextDueAt <= now || !hasBackup)
  if (isWaiting) return nextDueAt
  const turn = nextBackupAt(settings.schedule, { after: now, clusterId })
  if (hasBackup) return turn
  return new Date(Math.min(turn.getTime(), addMs(now, spreadOver(spreadMs, clusterId)).getTime()))
}

/** Drills have turns of their own in their period, as backups have. */
export function nextDrillAt(
  { drillEveryDays }: EffectiveBackupSettings,
  { after, clusterId }: { after: Date; clusterId: string },
): Date {
  const periodMs = drillEveryDays * dayMs
  const phaseMs = spreadOver(periodMs, `drill ${clusterId}`)
  return new Date(phaseMs + (Math.floor((after.getTime() - phaseMs) / periodMs) + 1) * periodMs)
}
