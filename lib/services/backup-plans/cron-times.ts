import { z } from 'zod'
import { nextBackupAt } from '#lib/backups/schedule.ts'
import type { CronTimesQuery, CronTimesView } from '#lib/contracts/backup-plans.ts'
import { parseInput } from '#lib/parse-input.ts'
import { isTimeZone } from '#lib/time.ts'

const timesShown = 5

const knownZone = z.object({ timeZone: z.string().refine(isTimeZone, { error: 'time-zone-unknown' }) })

/**
 * When a cron expression has its next turns, counted as those of backups are, changes of the clocks included.
 *
 * @throws AppError `invalid-input` for a time zone nobody knows
 */
export function cronTimes({ expression, timeZone, clusterId = '' }: CronTimesQuery, now = new Date()): CronTimesView {
  parseInput(knownZone, { timeZone }, 'query')
  const times: Date[] = []
  for (let after = now; times.length < timesShown; ) {
    after = nextBackupAt({ kind: 'cron', expression, timeZone }, { after, clusterId })
    times.push(after)
  }
  return { times: times.map((time) => time.toISOString()) }
}
