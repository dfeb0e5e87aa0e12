import type { BackupSchedule, RetentionPolicy } from '#lib/contracts/backups.ts'

const hourSeconds = 3_600

/** The least time between two turns of a cron expression. */
const cronSecondsMin = 60

/**
 * How many verified backups of one cluster a policy keeps at most: every rung by itself, and of the hours of which all are kept as
 * many as the schedule takes.
 */
export function backupsKeptMax(policy: RetentionPolicy, schedule: BackupSchedule): number {
  if (policy.kind === 'last') return policy.count
  const { hourly, daily, weekly, monthly, keepAllHours } = policy
  const seconds = schedule.kind === 'interval' ? schedule.seconds : cronSecondsMin
  return hourly + daily + weekly + monthly + Math.ceil((keepAllHours * hourSeconds) / seconds)
}
