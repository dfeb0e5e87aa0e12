import type { BackupSchedule } from '#lib/contracts/backups.ts'
import type { CronTimes } from '#lib/contracts/cron.ts'
import { parseCron } from '#lib/contracts/cron.ts'
import { dayMs, hourMs, minuteMs, secondMs } from '#lib/time.ts'
import type { LocalClock } from './local-time.ts'
import { localClock } from './local-time.ts'
import { spreadOver } from './spread.ts'

/**
 * When a cluster is backed up next, later than `after`. It depends on nothing but its arguments, so neither a restart nor
 * the time a backup took moves the ones after it.
 *
 * An interval has its turns at fixed times since 1970, for each cluster at another point of the interval. A cron expression
 * names minutes in its time zone; within such a minute each cluster has a second of its own. Where the clocks change, it
 * keeps to cron(8): a time that is skipped runs at the first minute there is after it, a time that comes twice runs the
 * first time; an expression for every hour counts the hours that pass instead and neither loses nor gains one.
 *
 * However many turns were missed, one backup now makes up for all of them, and the next one is that after now.
 *
 * @throws Error when the cron expression was never checked, RangeError when there is no such time zone
 */
export function nextBackupAt(schedule: BackupSchedule, { after, clusterId }: { after: Date; clusterId: string }): Date {
  if (schedule.kind === 'interval') {
    const intervalMs = schedule.seconds * secondMs
    const phaseMs = spreadOver(intervalMs, clusterId)
    return new Date(phaseMs + (Math.floor((after.getTime() - phaseMs) / intervalMs) + 1) * intervalMs)
  }
  const { times, problem } = parseCron(schedule.expression)
  if (problem) throw new Error(`The schedule ${schedule.expression} was never checked: ${problem}`)
  const spreadMs = spreadOver(minuteMs, clusterId)
  return new Date(nextMinute(times, localClock(schedule.timeZone), after.getTime() - spreadMs) + spreadMs)
}

/** A day that comes only in leap years may be eight years away: 1900 and 2100 are none. */
const searchedDaysMax = 9 * 366

function nextMinute(times: CronTimes, clock: LocalClock, after: number): number {
  const today = Math.floor((after + clock.offsetMsAt(after)) / dayMs)
  for (let day = today; day <= today + searchedDaysMax; day += 1) {
    if (!hasDay(times, new Date(day * dayMs))) continue
    const found = firstInstant(times, { day, after, clock })
    if (found !== undefined) return found
  }
  throw new Error('A schedule that was checked never runs')
}

function hasDay(times: CronTimes, date: Date): boolean {
  if (!times.months.includes(date.getUTCMonth() + 1)) return false
  const fitsMonth = times.daysOfMonth.includes(date.getUTCDate())
  const fitsWeek = times.daysOfWeek.includes(date.getUTCDay())
  return times.isEitherDay ? fitsMonth || fitsWeek : fitsMonth && fitsWeek
}

/** The first instant of a local day, later than `after`, that the expression names. */
function firstInstant(
  times: CronTimes,
  { day, after, clock }: { day: number; after: number; clock: LocalClock },
): number | undefined {
  const readings = times.hours.flatMap((hour) =>
    times.minutes.map((minute) => day * dayMs + hour * hourMs + minute * minuteMs),
  )
  if (times.isEveryHour) return lowestAbove(after, readings.flatMap(clock.instantsOf))
  for (const reading of readings) {
    const instant = clock.instantOf(reading)
    if (instant > after) return instant
  }
  return undefined
}

/** Where hours come twice, the instants are not in the order of what the clock reads. */
function lowestAbove(bound: number, instants: readonly number[]): number | undefined {
  let lowest: number | undefined
  for (const instant of instants) if (instant > bound && (lowest === undefined || instant < lowest)) lowest = instant
  return lowest
}
