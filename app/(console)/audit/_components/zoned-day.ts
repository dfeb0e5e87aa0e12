import { dayMs, hourMs, minuteMs } from '#lib/time.ts'

/** Local midnight lies at most this far from the same midnight in UTC: zones reach from UTC−12 to UTC+14. */
const reachMs = 14 * hourMs

/**
 * The instant at which a calendar day (`2026-11-22`) begins in a time zone, ISO 8601 in UTC; where clocks skip midnight, the
 * first minute of the day there is. Undefined for what is no day.
 */
export function startOfDay(day: string, timeZone: string): string | undefined {
  const utcMs = dayAsUtcMs(day)
  if (utcMs === undefined) return undefined
  const format = dayFormatOf(timeZone)
  // Bisection by minutes: no arithmetic with offsets, which change just where days begin.
  let before = utcMs - reachMs - minuteMs
  let begun = utcMs + reachMs
  while (begun - before > minuteMs) {
    const middle = before + Math.floor((begun - before) / 2 / minuteMs) * minuteMs
    if (dayAt(middle, format) < day) before = middle
    else begun = middle
  }
  return new Date(begun).toISOString()
}

/** The instant at which a calendar day ends in a time zone: the beginning of the next. */
export function endOfDay(day: string, timeZone: string): string | undefined {
  const utcMs = dayAsUtcMs(day)
  return utcMs === undefined ? undefined : startOfDay(isoDay(utcMs + dayMs), timeZone)
}

/** The calendar day it is in a time zone. */
export function dayOf(moment: Date, timeZone: string): string {
  return dayAt(moment.getTime(), dayFormatOf(timeZone))
}

/** The day so many days earlier. */
export function daysBefore(day: string, count: number): string {
  return isoDay(Date.parse(`${day}T00:00:00Z`) - count * dayMs)
}

/** A day as people type it (`2026-11-22`, `2026/11/22`, `20261122`, `2026-1-5`), year first; undefined for what is no day. */
export function readDay(text: string): string | undefined {
  const [, year, month = '', day = ''] =
    /^(\d{4})(\d\d)(\d\d)$/.exec(text.trim()) ?? /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text.trim()) ?? []
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return dayAsUtcMs(iso) === undefined ? undefined : iso
}

function dayAsUtcMs(day: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined
  const ms = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(ms) || isoDay(ms) !== day ? undefined : ms
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function dayFormatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
}

function dayAt(ms: number, format: Intl.DateTimeFormat): string {
  const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]))
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`
}
