'use client'

import { LineSwatch } from './chart-legend.tsx'
import type { ChartLine } from './chart-line.ts'
import type { ChartWords } from './use-chart-words.ts'

interface ChartTooltipProps {
  atMs: number
  /** Which of the times the pointer is at. */
  place: number
  lines: readonly ChartLine[]
  hidden: ReadonlySet<string>
  words: ChartWords
}

/** What all lines say at one time; read aloud when the arrow keys step through the times. */
export function ChartTooltip({ atMs, place, lines, hidden, words }: ChartTooltipProps) {
  return (
    <div
      role="status"
      className="max-w-72 rounded-md border border-line bg-raised px-2.5 py-2 text-ink text-sm shadow-popup"
    >
      <p className="mb-1 text-muted text-xs tabular-nums">{words.timeText(atMs)}</p>
      <ul className="flex flex-col gap-0.5">
        {lines.map(({ id, label, values }, line) => {
          const value = values[place] ?? null
          if (hidden.has(id) || value === null) return null
          return (
            <li key={id} className="flex items-center gap-2">
              <LineSwatch place={line} />
              <span className="min-w-0 flex-1 truncate">{label}</span>
              <span className="font-medium tabular-nums">{words.valueText(value)}</span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
