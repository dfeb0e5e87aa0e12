import { dayMs, hourMs } from '#lib/time.ts'
import { localClock } from './local-time.ts'

/** The rungs of a ladder, the shortest first. */
export const periods = ['hourly', 'daily', 'weekly', 'monthly'] as const
export type Period = (typeof periods)[number]

/** Monday, 1969-12-29: the first day of the ISO week that holds the first day of 1970. */
const firstMonday = -3

/**
 * The hour, day, ISO week and month of a time zone that an instant lies in, each as a name that no other one has. An hour
 * that comes twice when clocks are put back is two hours; a day then has 25 of them, and 23 when they are put forward.
 *
 * @throws RangeError when there is no such time zone
 */
export function periodsOf(at: Date, timeZone: string): Record<Period, string> {
  const offsetMs = localClock(timeZone).offsetMsAt(at.getTime())
  const localMs = at.getTime() + offsetMs
  const day = Math.floor(localMs / dayMs)
  const date = new Date(localMs)
  return {
    hourly: `${Math.floor(localMs / hourMs)}/${offsetMs}`,
    daily: `${day}`,
    weekly: `${Math.floor((day - firstMonday) / 7)}`,
    monthly: `${date.getUTCFullYear()}/${date.getUTCMonth()}`,
  }
}
