/** What of a line is said to those who do not see it. */
export interface LineSummary {
  lowest: number
  highest: number
  last: number
}

/** Undefined for a line without a single value. */
export function summarise(values: readonly (number | null)[]): LineSummary | undefined {
  const known = values.filter((value) => value !== null)
  const last = known.at(-1)
  if (last === undefined) return undefined
  return {
    lowest: known.reduce((least, value) => Math.min(least, value)),
    highest: known.reduce((most, value) => Math.max(most, value)),
    last,
  }
}

/** Places of values with a gap on both sides, where a line alone would draw nothing. */
export function lonelyPlaces(values: readonly (number | null)[]): ReadonlySet<number> {
  const isGap = (place: number) => (values[place] ?? null) === null
  return new Set(
    values.flatMap((value, place) => (value !== null && isGap(place - 1) && isGap(place + 1) ? [place] : [])),
  )
}
