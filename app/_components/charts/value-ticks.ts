import type { ChartUnit } from './chart-line.ts'

const ticksWanted = 4
const kibi = 1024

/** Round values from 0 up to the first one that is not below `highest`; sizes in powers of 1024, entries whole. */
export function valueTicks(highest: number, unit: ChartUnit): number[] {
  const most = highest > 0 ? highest : 1
  const scale = unit === 'bytes' ? kibi ** Math.floor(Math.log(Math.max(most, 1)) / Math.log(kibi)) : 1
  const step = niceStep(most / scale / ticksWanted) * scale
  const least = unit === 'bytes' || unit === 'entries' ? Math.max(step, 1) : step
  return Array.from({ length: Math.ceil(most / least - 1e-9) + 1 }, (_, place) =>
    Number((place * least).toPrecision(12)),
  )
}

/** The smallest of 1, 2 and 5 times a power of ten that is not below `value`. */
function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const factor = [1, 2, 5].find((candidate) => candidate * power >= value * (1 - 1e-9)) ?? 10
  return factor * power
}
