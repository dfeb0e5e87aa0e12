/** Durations in milliseconds, so that arithmetic reads like the sentence it came from: `12 * hourMs`. */
export const secondMs = 1000
export const minuteMs = 60 * secondMs
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** The instant `durationMs` later, or earlier when negative. */
export function addMs(at: Date, durationMs: number): Date {
  return new Date(at.getTime() + durationMs)
}

/**
 * Whether the name is a time zone of the IANA database by region and city (`Asia/Shanghai`), or `UTC`.
 * Bare offsets (`+08:00`) and old abbreviations (`EST`) are refused: they know no daylight saving and mislead schedules.
 */
export function isTimeZone(name: string): boolean {
  if (name === 'UTC') return true
  if (!/^[A-Z][A-Za-z_]+(\/[A-Z][A-Za-z0-9_+-]+){1,2}$/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
