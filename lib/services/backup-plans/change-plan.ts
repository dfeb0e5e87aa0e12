import { z } from 'zod'
import type {
  BackupPlanView,
  ChangeBackupPlan,
  ChangeTeamBackups,
  StoredBackupSettings,
  TeamBackupSettingsView,
} from '#lib/contracts/backup-plans.ts'
import { storedBackupSettings } from '#lib/contracts/backup-plans.ts'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { parseInput } from '#lib/parse-input.ts'
import { lockCluster } from '#lib/services/clusters/cluster-rows.ts'
import { mutate } from '#lib/services/mutate.ts'
import { getTargetRow } from '#lib/services/storage-targets/target-rows.ts'
import { lockTeam } from '#lib/services/team/team-lock.ts'
import { getTeamRow } from '#lib/services/team/team-row.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { JsonValue } from '#lib/tenancy/json-value.ts'
import { isTimeZone } from '#lib/time.ts'
import { namesSet, settingsOf } from './effective-settings.ts'
import { readPlan } from './get-plan.ts'
import { readBase, replan } from './replan.ts'

/**
 * Changes when a cluster is backed up, where to, and how long backups stay; null takes a setting back to the team's. Holds at once.
 *
 * @throws AppError `not-found`, `invalid-input` for a time zone nobody knows
 */
export function changeBackupPlan(
  ctx: TenantContext,
  { clusterId, isOn, ...change }: ChangeBackupPlan & { clusterId: string },
): Promise<BackupPlanView> {
  const { tenantId } = ctx
  demandTimeZones(change)
  return mutate(ctx, async (db) => {
    const { name } = await lockCluster(db, tenantId, clusterId)
    if (change.targetId) await getTargetRow(db, tenantId, change.targetId)
    const key = { tenantId_clusterId: { tenantId, clusterId } }
    const before = await db.backupPlan.findUniqueOrThrow({ where: key })
    const own = storedBackupSettings.parse(before.settings)
    const settings = merged(own, change)
    await db.backupPlan.update({
      where: key,
      data: { settings, isOn: isOn ?? before.isOn, ...(change.schedule === undefined ? {} : { nextDueAt: null }) },
    })
    await replan(db, { tenantId, clusterId })
    return {
      result: await readPlan(db, { tenantId, clusterId }),
      action: 'cluster.backups-changed',
      target: { kind: 'cluster', id: clusterId, label: name },
      diff: {
        ...diffOf(own, settings),
        ...(isOn === undefined || isOn === before.isOn ? {} : { isOn: [!isOn, isOn] }),
      },
      event: { kind: 'backup.changed', payload: { clusterId } },
    }
  })
}

/** How the clusters of the team are backed up that have set nothing themselves. */
export function getTeamBackups({ tenantId }: TenantContext): Promise<TeamBackupSettingsView> {
  return withTenant(tenantId, (db) => readTeam(db, tenantId))
}

/** Changes how all clusters of the team are backed up that have set nothing themselves. @throws as `changeBackupPlan` */
export function changeTeamBackups(ctx: TenantContext, change: ChangeTeamBackups): Promise<TeamBackupSettingsView> {
  const { tenantId } = ctx
  demandTimeZones(change)
  return mutate(ctx, async (db) => {
    await lockTeam(db, tenantId)
    const { team } = await readBase(db, tenantId)
    const own = storedBackupSettings.parse(team)
    const settings = merged(own, change)
    const data = { settings, changedAt: new Date() }
    await db.backupSettings.upsert({ where: { tenantId }, create: { tenantId, ...data }, update: data })
    await replan(db, { tenantId })
    const { name } = await getTeamRow(db, tenantId)
    return {
      result: await readTeam(db, tenantId),
      action: 'team.backups-changed',
      target: { kind: 'team', id: tenantId, label: name },
      diff: diffOf(own, settings),
      event: { kind: 'backup.changed', payload: {} },
    }
  })
}

async function readTeam(db: Db, tenantId: string): Promise<TeamBackupSettingsView> {
  const { team, timeZone } = await readBase(db, tenantId)
  const target = await db.storageTarget.findFirst({ where: { tenantId, isDefault: true }, select: { id: true } })
  return {
    settings: settingsOf({ team, timeZone }),
    own: namesSet(team),
    defaultTargetId: target?.id ?? null,
    timeZone,
  }
}

type Change = Omit<ChangeBackupPlan, 'isOn'>

function merged(own: StoredBackupSettings, change: Change): StoredBackupSettings {
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  const all = { ...own, ...Object.fromEntries(given) }
  return storedBackupSettings.parse(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)))
}

const zone = z.string().refine(isTimeZone, { error: 'time-zone-unknown' }).optional()
const knownZones = z.object({
  schedule: z.object({ timeZone: zone }).nullish(),
  retention: z.object({ timeZone: zone }).nullish(),
})

/** @throws AppError `invalid-input` */
function demandTimeZones(change: Change): void {
  parseInput(knownZones, change, 'body')
}

function diffOf(before: StoredBackupSettings, after: StoredBackupSettings): Record<string, JsonValue> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof StoredBackupSettings>
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const pair: JsonValue[] = [before[name] ?? null, after[name] ?? null]
      return JSON.stringify(pair[0]) === JSON.stringify(pair[1]) ? [] : [[name, pair]]
    }),
  )
}
