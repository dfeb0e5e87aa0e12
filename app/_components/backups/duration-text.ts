const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

/** A length of time as people read it: `820 ms`, `4.2 sec`, `3 min 20 sec`, `2 hr 5 min`. */
export function durationText(ms: number, lang: string): string {
  const write = (value: number, unit: string, digits = 0) =>
    new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(
      value,
    )
  if (ms < secondMs) return write(ms, 'millisecond')
  if (ms < minuteMs) return write(ms / secondMs, 'second', 1)
  const [whole, part] = ms < hourMs ? (['minute', 'second'] as const) : (['hour', 'minute'] as const)
  const partMs = whole === 'minute' ? secondMs : minuteMs
  const parts = Math.round(ms / partMs)
  const rest = parts % 60
  const first = write(Math.floor(parts / 60), whole)
  return rest === 0 ? first : `${first} ${write(rest, part)}`
}
