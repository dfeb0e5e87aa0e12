import { z } from 'zod'
import { parseCron } from './cron.ts'

const hourSeconds = 3_600
const daySeconds = 24 * hourSeconds

/** Which way a backup is packed; `zstd` is both the quickest and the smallest of them for what an etcd holds. */
export const compressions = ['zstd', 'gzip', 'none'] as const
export const compression = z.enum(compressions)
export type Compression = z.infer<typeof compression>

/**
 * What is known of a backup. `verified`: it was read back and is what the member sent. `unverified`: an object is there, but
 * no proof. `failed`: no object came of it. `missing`: it was verified, and its object is no longer where it was put.
 */
export const backupStatuses = ['pending', 'running', 'verified', 'unverified', 'failed', 'missing'] as const
export const backupStatus = z.enum(backupStatuses)
export type BackupStatus = z.infer<typeof backupStatus>

/** Why a backup was taken. */
export const backupReasons = ['schedule', 'manual', 'before-operation'] as const
export const backupReason = z.enum(backupReasons)
export type BackupReason = z.infer<typeof backupReason>

/** Whether there is such a zone is for the server to say: browsers know fewer. */
export const timeZone = z.string().min(1, { error: 'time-zone-unknown' }).max(64, { error: 'time-zone-unknown' })

export const cronExpression = z
  .string()
  .trim()
  .max(200, { error: 'cron-wrong-number-of-fields' })
  .superRefine((text, issues) => {
    const { problem } = parseCron(text)
    if (problem) issues.addIssue({ code: 'custom', message: problem })
  })

const backupIntervalDefaultSeconds = hourSeconds

/** When backups are taken: so many seconds apart, or at the times of a cron expression in a time zone. */
export const backupSchedule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('interval'),
    seconds: z
      .int()
      .min(60, { error: 'backup-interval-too-short' })
      .max(30 * daySeconds, { error: 'backup-interval-too-long' })
      .default(backupIntervalDefaultSeconds),
  }),
  z.strictObject({ kind: z.literal('cron'), expression: cronExpression, timeZone: timeZone.default('UTC') }),
])
export type BackupSchedule = z.output<typeof backupSchedule>

const hourlyMax = 8_760
const dailyMax = 3_660
const weeklyMax = 520
const monthlyMax = 120
const keepAllHoursMax = 168

/**
 * Which backups stay: the newest so many, or a ladder: of each of the last so many hours, days, ISO weeks and months that
 * have a verified backup the newest of them. The defaults are Gardener's ladder with three days of hours instead of one.
 */
export const retentionPolicy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('last'), count: z.int().min(1).max(1_000) }),
  z
    .strictObject({
      kind: z.literal('ladder'),
      hourly: z.int().min(0).max(hourlyMax).default(72),
      daily: z.int().min(0).max(dailyMax).default(7),
      weekly: z.int().min(0).max(weeklyMax).default(4),
      monthly: z.int().min(0).max(monthlyMax).default(0),
      /** Hours before the newest of which every verified backup stays. */
      keepAllHours: z.int().min(0).max(keepAllHoursMax).default(0),
    })
    .refine((ladder) => ladder.hourly + ladder.daily + ladder.weekly + ladder.monthly > 0, {
      error: 'retention-keeps-nothing',
    }),
])
export type RetentionPolicy = z.output<typeof retentionPolicy>

/** Retention as it is set: hours, days, weeks and months are those of the time zone. */
export const retentionSettings = z.strictObject({
  policy: retentionPolicy.prefault({ kind: 'ladder' }),
  timeZone: timeZone.default('UTC'),
})
export type RetentionSettings = z.output<typeof retentionSettings>

/** How the backups of one cluster are taken and kept. */
export const backupSettings = z.strictObject({
  schedule: backupSchedule.prefault({ kind: 'interval' }),
  retention: retentionSettings.prefault({}),
  compression: compression.default('zstd'),
  /** From the first byte asked for to the object verified; etcd keeps what the snapshot needs for as long as it streams. */
  timeoutSeconds: z.int().min(60).max(7_200).default(900),
})
