/** What a value counts, which says how it is written. */
export type ChartUnit = 'bytes' | 'perSecond' | 'milliseconds' | 'entries'

/** One line of a chart, a value for each of its times. */
export interface ChartLine {
  id: string
  label: string
  /** Null where nothing was seen: the line has a gap there. */
  values: readonly (number | null)[]
}

/** How a line looks; no two of the first 24 are alike, and the first 8 differ without their colour too. */
export interface LineLook {
  /** A class that sets the text colour; lines are drawn in it. */
  colour: string
  /** As `stroke-dasharray`; empty for a line without gaps. */
  dash: string
}

const colours = [
  'text-chart-1',
  'text-chart-2',
  'text-chart-3',
  'text-chart-4',
  'text-chart-5',
  'text-chart-6',
] as const
const dashes = ['', '7 3', '2 3', '10 3 2 3', '14 4', '5 2 1 2 1 2', '1 5', '10 3 3 3 3 3'] as const

/** The look of the line at this place among the lines of its chart. */
export function lineLook(place: number): LineLook {
  return { colour: colours[place % colours.length] ?? colours[0], dash: dashes[place % dashes.length] ?? '' }
}
