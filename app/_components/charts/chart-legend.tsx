'use client'

import { Toggle } from '@base-ui/react/toggle'
import { useTranslations } from 'next-intl'
import { classNames } from '../ui/class-names.ts'
import type { ChartLine } from './chart-line.ts'
import { lineLook } from './chart-line.ts'

interface ChartLegendProps {
  lines: readonly ChartLine[]
  hidden: ReadonlySet<string>
  onToggle: (id: string) => void
}

/** The lines by name, each with a piece of itself; pressing one hides or shows it. */
export function ChartLegend({ lines, hidden, onToggle }: ChartLegendProps) {
  const t = useTranslations('charts')
  return (
    <fieldset aria-label={t('lines')} className="flex min-w-0 flex-wrap gap-x-1 gap-y-0.5">
      {lines.map(({ id, label }, place) => {
        const isShown = !hidden.has(id)
        return (
          <Toggle
            key={id}
            pressed={isShown}
            onPressedChange={() => onToggle(id)}
            className={classNames(
              'inline-flex min-h-6 min-w-0 items-center gap-1.5 rounded-sm px-1.5 text-sm transition-colors hover:bg-hover pointer-coarse:min-h-9',
              isShown ? 'text-ink' : 'text-faint line-through',
            )}
          >
            <LineSwatch place={place} isShown={isShown} />
            <span className="truncate">{label}</span>
          </Toggle>
        )
      })}
    </fieldset>
  )
}

/** A short piece of the line at this place. */
export function LineSwatch({ place, isShown = true }: { place: number; isShown?: boolean }) {
  const { colour, dash } = lineLook(place)
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 28 8"
      className={classNames('h-2 w-7 shrink-0', isShown ? colour : 'text-line-strong')}
    >
      <line x1="0" y1="4" x2="28" y2="4" stroke="currentColor" strokeWidth="2.5" strokeDasharray={dash} />
    </svg>
  )
}
