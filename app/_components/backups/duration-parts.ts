const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

export type DurationUnit = 'ms' | 's' | 'min' | 'h'

/** A number of a unit, to be written in the reader's language. */
export interface DurationPart {
  value: number
  unit: DurationUnit
}

/** A length of time as people read it, in one or two parts: 820 ms; 4.2 s; 3 min 20 s; 2 h 5 min. */
export function durationParts(ms: number): DurationPart[] {
  if (ms < secondMs) return [{ value: Math.round(ms), unit: 'ms' }]
  if (ms < minuteMs) return [{ value: Math.min(Math.round(ms / 100) / 10, 59.9), unit: 's' }]
  const [whole, part, partMs] = ms < hourMs ? (['min', 's', secondMs] as const) : (['h', 'min', minuteMs] as const)
  const parts = Math.round(ms / partMs)
  const rest = parts % 60
  const first = { value: Math.floor(parts / 60), unit: whole }
  return rest === 0 ? [first] : [first, { value: rest, unit: part }]
}
