const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const month = 30 * day

const stepsMs = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14].map((count) => count * day),
  ...[1, 2, 3, 6].map((count) => count * month),
]

export interface TimeRange {
  fromMs: number
  toMs: number
  /** IANA name; ticks lie at round times of its clocks. */
  timeZone: string
}

export interface TimeTicks {
  atMs: number[]
  /** How far they lie apart; months are taken to have 30 days. */
  stepMs: number
}

/** At most `countMax` round times of the range, in the reader's time zone: midnights, full hours, firsts of a month. */
export function timeTicks(range: TimeRange, countMax: number): TimeTicks {
  const lengthMs = range.toMs - range.fromMs
  const stepMs = stepsMs.find((step) => lengthMs / step <= countMax) ?? 12 * month
  const clock = new ZoneClock(range.timeZone)
  const places = stepMs >= month ? monthPlaces(range, stepMs / month) : evenPlaces(range, { stepMs, clock })
  const atMs = places.map((localMs) => clock.instantAt(localMs))
  return { atMs: atMs.filter((at) => at >= range.fromMs && at <= range.toMs).slice(0, countMax), stepMs }
}

/** Local times at whole multiples of the step. */
function evenPlaces({ fromMs, toMs }: TimeRange, { stepMs, clock }: { stepMs: number; clock: ZoneClock }): number[] {
  const first = Math.ceil(clock.localOf(fromMs) / stepMs)
  const last = Math.floor(clock.localOf(toMs) / stepMs)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, place) => (first + place) * stepMs)
}

/** Local beginnings of every so many months; one more at both ends than the range may hold. */
function monthPlaces({ fromMs, toMs }: TimeRange, stepMonths: number): number[] {
  const monthsOf = (ms: number) => new Date(ms).getUTCFullYear() * 12 + new Date(ms).getUTCMonth()
  const first = Math.floor(monthsOf(fromMs) / stepMonths)
  const last = Math.ceil((monthsOf(toMs) + 1) / stepMonths)
  return Array.from({ length: last - first + 1 }, (_, place) => {
    const months = (first + place) * stepMonths
    return Date.UTC(Math.floor(months / 12), months % 12, 1)
  })
}

/** What the clocks of a time zone show, as milliseconds since 1970 as if it were UTC. */
class ZoneClock {
  readonly #format: Intl.DateTimeFormat

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  }

  localOf(ms: number): number {
    const parts = Object.fromEntries(this.#format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]))
    const { year = 1970, month: monthOfYear = 1, day: dayOfMonth = 1, hour: hours = 0, minute: minutes = 0 } = parts
    return Date.UTC(year, monthOfYear - 1, dayOfMonth, hours, minutes, parts.second ?? 0)
  }

  /** When the clocks show that time; a time they skip is the moment they skip it. */
  instantAt(localMs: number): number {
    const guess = localMs - (this.localOf(localMs) - localMs)
    return localMs - (this.localOf(guess) - guess)
  }
}
