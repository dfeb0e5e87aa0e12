import { isTimeZone } from '#lib/time.ts'

interface TimeZoneOption {
  value: string
  /** Name and present offset: `Asia/Shanghai (UTC+08:00)`. */
  label: string
}

/** Every time zone a team can live by, sorted by name; `current` is among them even where this browser does not know it. */
export function timeZoneOptions(current: string, now: Date): TimeZoneOption[] {
  const known = Intl.supportedValuesOf('timeZone').filter(isTimeZone)
  const names = new Set(['UTC', ...known.toSorted(), current])
  return [...names].map((value) => ({ value, label: labelOf(value, now) }))
}

function labelOf(timeZone: string, now: Date): string {
  const offset = offsetOf(timeZone, now)
  return offset === undefined ? timeZone : `${timeZone} (${offset})`
}

/** `UTC+08:00`; undefined for a zone that is unknown here. */
function offsetOf(timeZone: string, now: Date): string | undefined {
  if (!isTimeZone(timeZone)) return undefined
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(now)
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
  return name === 'GMT' ? 'UTC+00:00' : name.replace('GMT', 'UTC')
}
