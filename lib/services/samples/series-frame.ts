import { dayMs, hourMs, minuteMs, secondMs } from '#lib/time.ts'

/** Points of one line. */
export const pointsMax = 500

/** Lengths a reader can count in; the last ones hold 13 months. */
const stepsSeconds = [10, 15, 20, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400]

/** Up to this long a range is drawn from raw samples, and from 5-minute samples up to the other; beyond that from hours. */
const rawRangeMaxMs = 6 * hourMs
const minutesRangeMaxMs = 40 * hourMs

/** How long the finer tables keep their rows. */
const rawKeptMs = 48 * hourMs
const minutesKeptMs = 30 * dayMs

/** What a series is about. Times are milliseconds since 1970. */
export interface Asked {
  fromMs: number
  toMs: number
  nowMs: number
  /** How far this cluster is summed up into 5 minutes and hours; 0 for not at all. */
  minutesUntilMs: number
  hoursUntilMs: number
  /** How often it is collected. */
  everySeconds: number
}

/** Where the points of a series lie, and which table they come from: hours, from `minutesFromMs` 5 minutes, from `rawFromMs` raw. */
export interface Frame {
  stepSeconds: number
  /** Beginning of the first step, a whole number of steps since 1970. */
  startMs: number
  endMs: number
  /** 0 for a range that has not begun yet. */
  stepCount: number
  minutesFromMs: number
  rawFromMs: number
}

/**
 * Picks step and tables. The newest stretch comes from finer tables as long as it is not summed up, so that no range has a hole
 * at its right end; what a finer table no longer has comes from the next coarser one.
 */
export function frameOf(asked: Asked): Frame {
  const { fromMs, toMs, nowMs } = asked
  const tables = tablesOf(asked)
  const endMs = Math.min(toMs, nowMs)
  const leastSeconds = leastStep(asked, { ...tables, endMs })
  const stepSeconds =
    stepsSeconds.find((seconds) => seconds >= leastSeconds && stepCountOf(fromMs, toMs, seconds) <= pointsMax) ??
    dayMs / secondMs
  const startMs = floorTo(fromMs, stepSeconds * secondMs)
  return { ...tables, stepSeconds, startMs, endMs, stepCount: Math.max(0, stepCountOf(fromMs, endMs, stepSeconds)) }
}

function tablesOf({ fromMs, toMs, nowMs, ...until }: Asked): Pick<Frame, 'minutesFromMs' | 'rawFromMs'> {
  const rangeMs = toMs - fromMs
  const hoursUntilMs = until.hoursUntilMs
  const minutesUntilMs = Math.max(until.minutesUntilMs, hoursUntilMs)
  const minutesKeptFromMs = floorTo(nowMs - minutesKeptMs, hourMs) + hourMs
  const rawKeptFromMs = floorTo(nowMs - rawKeptMs, hourMs) + hourMs
  return {
    minutesFromMs: rangeMs <= minutesRangeMaxMs ? Math.min(hoursUntilMs, minutesKeptFromMs) : hoursUntilMs,
    rawFromMs: rangeMs <= rawRangeMaxMs ? Math.min(minutesUntilMs, rawKeptFromMs) : minutesUntilMs,
  }
}

/** A step shorter than what the coarsest table in it holds would be empty most of the time. */
function leastStep(
  { fromMs, everySeconds }: Asked,
  { minutesFromMs, rawFromMs, endMs }: Pick<Frame, 'minutesFromMs' | 'rawFromMs' | 'endMs'>,
): number {
  if (fromMs < Math.min(minutesFromMs, endMs)) return Math.max(everySeconds, hourMs / secondMs)
  if (fromMs < Math.min(rawFromMs, endMs)) return Math.max(everySeconds, (5 * minuteMs) / secondMs)
  return everySeconds
}

function stepCountOf(fromMs: number, endMs: number, stepSeconds: number): number {
  const stepMs = stepSeconds * secondMs
  return Math.ceil((endMs - floorTo(fromMs, stepMs)) / stepMs)
}

function floorTo(ms: number, stepMs: number): number {
  return Math.floor(ms / stepMs) * stepMs
}
