import { dayMs } from '#lib/time.ts'

/**
 * The wall clock of a time zone. A local time is written as the milliseconds since 1970 that UTC would show at the same
 * reading, so that its days and hours are plain divisions.
 */
export interface LocalClock {
  /** What the clock reads at an instant (both in milliseconds), less the instant: positive east of Greenwich. */
  offsetMsAt(epochMs: number): number
  /** The instants at which the clock reads this, ascending: one; none where it is put forward; two where it is put back. */
  instantsOf(localMs: number): number[]
  /** The first of `instantsOf`; for a reading that is skipped the instant at which it is skipped. */
  instantOf(localMs: number): number
}

/** Days of which the offset is remembered, of each zone; a year of hourly backups needs 366. */
const daysRememberedMax = 2_000
/** There are about 600 names, but each may be spelled in large and small letters. */
const zonesRememberedMax = 1_000

/**
 * @param timeZone name of the IANA database
 * @throws RangeError when there is no such zone
 */
export function localClock(timeZone: string): LocalClock {
  const known = clocks.get(timeZone)
  if (known) return known
  const clock = makeClock(offsetReader(timeZone))
  if (clocks.size >= zonesRememberedMax) clocks.clear()
  clocks.set(timeZone, clock)
  return clock
}

const clocks = new Map<string, LocalClock>()

function makeClock(readOffset: (epochMs: number) => number): LocalClock {
  const offsetMsAt = rememberDays(readOffset)

  const instantsOf = (localMs: number) => {
    // No zone changes its clock twice within two days, so the offsets before and after are all there are.
    const offsets = new Set([offsetMsAt(localMs - dayMs), offsetMsAt(localMs + dayMs)])
    const instants = [...offsets].map((offset) => localMs - offset)
    return instants.filter((instant) => instant + offsetMsAt(instant) === localMs).sort((a, b) => a - b)
  }

  const instantOf = (localMs: number) => {
    const [first] = instantsOf(localMs)
    if (first !== undefined) return first
    return findChange(offsetMsAt, {
      from: localMs - offsetMsAt(localMs + dayMs),
      to: localMs - offsetMsAt(localMs - dayMs),
    })
  }

  return { offsetMsAt, instantsOf, instantOf }
}

interface Offsets {
  /** In force when the day (UTC) begins. */
  before: number
  /** In force from `changesAt` on, which is the end of the day where nothing changes. */
  after: number
  changesAt: number
}

/** Asking `Intl` costs microseconds, a million of which are needed for one ladder of many backups: a day is asked for once. */
function rememberDays(readOffset: (epochMs: number) => number): (epochMs: number) => number {
  const days = new Map<number, Offsets>()

  const readDay = (day: number): Offsets => {
    const [from, to] = [day * dayMs, (day + 1) * dayMs]
    const [before, after] = [readOffset(from), readOffset(to)]
    const offsets = { before, after, changesAt: before === after ? to : findChange(readOffset, { from, to }) }
    if (days.size >= daysRememberedMax) days.clear()
    days.set(day, offsets)
    return offsets
  }

  return (epochMs) => {
    const day = Math.floor(epochMs / dayMs)
    const { before, after, changesAt } = days.get(day) ?? readDay(day)
    return epochMs < changesAt ? before : after
  }
}

/** The first instant after `from` at which the offset is no longer what it was there; it must have changed by `to`. */
function findChange(offsetMsAt: (epochMs: number) => number, { from, to }: { from: number; to: number }): number {
  const before = offsetMsAt(from)
  let [low, high] = [from, to]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetMsAt(middle) === before) low = middle
    else high = middle
  }
  return high
}

function offsetReader(timeZone: string): (epochMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (epochMs) => {
    const part = new Map(format.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]))
    const read = (type: Intl.DateTimeFormatPartTypes) => part.get(type) ?? 0
    const local = Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'), read('second'))
    return local - Math.floor(epochMs / 1_000) * 1_000
  }
}
