import { z } from 'zod'
import { backupSchedule, backupSettings, compression, cronExpression, retentionSettings, timeZone } from './backups.ts'
import { id, instant } from './paging.ts'

/** Days between two drills of a cluster; weekly by default. */
const drillEveryDays = z.int().min(1).max(90)

/** What can be set, for the team or for one cluster; what is absent is as below it: the team's, then the product's. */
const settingsChange = {
  schedule: backupSchedule,
  retention: retentionSettings,
  compression,
  timeoutSeconds: backupSettings.shape.timeoutSeconds.unwrap(),
  drillEveryDays,
}

const unset = undefined

/** As it is stored; of it, each field that is not understood any more counts as not set, and the others hold. */
export const storedBackupSettings = z
  .object({
    schedule: settingsChange.schedule.optional().catch(unset),
    retention: settingsChange.retention.optional().catch(unset),
    compression: settingsChange.compression.optional().catch(unset),
    timeoutSeconds: settingsChange.timeoutSeconds.optional().catch(unset),
    drillEveryDays: settingsChange.drillEveryDays.optional().catch(unset),
    targetId: id.optional().catch(unset),
  })
  .catch({})
export type StoredBackupSettings = z.output<typeof storedBackupSettings>

/** What holds, with everything filled in. */
export const effectiveBackupSettings = backupSettings.extend({ drillEveryDays: drillEveryDays.default(7) })
export type EffectiveBackupSettings = z.output<typeof effectiveBackupSettings>

/** Null takes back what was set. */
const change = z.strictObject({
  schedule: settingsChange.schedule.nullable().optional(),
  retention: settingsChange.retention.nullable().optional(),
  compression: settingsChange.compression.nullable().optional(),
  timeoutSeconds: settingsChange.timeoutSeconds.nullable().optional(),
  drillEveryDays: settingsChange.drillEveryDays.nullable().optional(),
})

export const changeTeamBackupsBody = change.meta({ example: { schedule: { kind: 'interval', seconds: 1_800 } } })
export type ChangeTeamBackups = z.output<typeof changeTeamBackupsBody>

export const changeBackupPlanBody = change
  .extend({
    isOn: z.boolean().optional(),
    /** Null: where the team's backups go. */
    targetId: id.nullable().optional(),
  })
  .meta({ example: { schedule: { kind: 'cron', expression: '*/15 * * * *', timeZone: 'Asia/Shanghai' } } })
export type ChangeBackupPlan = z.output<typeof changeBackupPlanBody>

export const teamBackupSettingsView = z.object({
  settings: effectiveBackupSettings,
  /** Names of what the team has set itself. */
  own: z.array(z.string()),
  defaultTargetId: id.nullable(),
  timeZone: z.string(),
})
export type TeamBackupSettingsView = z.infer<typeof teamBackupSettingsView>

/** What keeps a cluster from being backed up at all; each has its sentence. */
const planObstacles = ['switched-off', 'paused', 'no-target', 'needs-root'] as const

/** How well a cluster is protected, in one word: each has its sentence. */
export const protectionStates = ['off', 'waiting', 'protected', 'late', 'unprotected'] as const
export type ProtectionState = (typeof protectionStates)[number]

export const backupPlanView = z.object({
  isOn: z.boolean(),
  targetId: id.nullable(),
  targetName: z.string().nullable(),
  settings: effectiveBackupSettings,
  /** Names of what the cluster has set itself. */
  own: z.array(z.string()),
  obstacle: z.enum(planObstacles).nullable(),
  state: z.enum(protectionStates),
  /** Verified backups there are of it now. */
  kept: z.number(),
  nextDueAt: instant.nullable(),
  nextDrillAt: instant.nullable(),
  /** Seconds between two backups, as the schedule has it: the most that can be lost while all goes well. */
  rpoSeconds: z.number(),
  lastVerified: z.object({ id, takenAt: instant, keys: z.string(), sizeBytes: z.number() }).nullable(),
  /** The newest drill that proved something, and how long the way back took. */
  lastProven: z.object({ id, backupId: id, at: instant, rtoMs: z.number() }).nullable(),
  running: z.object({ id, jobId: id.nullable() }).nullable(),
})
export type BackupPlanView = z.infer<typeof backupPlanView>

/** A schedule somebody is about to set; for a cluster to the second, else to the minute. */
export const cronTimesQuery = z.object({
  expression: cronExpression.default('@daily'),
  timeZone: timeZone.default('UTC'),
  clusterId: id.optional(),
})
export type CronTimesQuery = z.output<typeof cronTimesQuery>

/** The next turns, the earliest first. */
export const cronTimesView = z.object({ times: z.array(instant) })
export type CronTimesView = z.infer<typeof cronTimesView>
