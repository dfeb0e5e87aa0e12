'use client'

import { ChartLine as ChartIcon, Table } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { useId, useMemo, useState } from 'react'
import { classNames } from '../ui/class-names.ts'
import { Segmented } from '../ui/segmented.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { ChartLegend } from './chart-legend.tsx'
import type { ChartLine, ChartUnit } from './chart-line.ts'
import { summarise } from './line-summary.ts'
import { PointsTable } from './points-table.tsx'
import type { ChartWords } from './use-chart-words.ts'
import { useChartWords } from './use-chart-words.ts'

export interface TimeChartProps {
  title: string
  /** What is drawn, in a sentence. */
  description?: string
  unit: ChartUnit
  /** ISO 8601: beginning and end of the time axis, and the time of each value. */
  from: string
  to: string
  at: readonly string[]
  lines: readonly ChartLine[]
  /** Newer points are on their way. */
  isStale?: boolean
}

const plotClasses = 'h-60'

const LinePlot = dynamic(() => import('./line-plot.tsx').then((module) => module.LinePlot), {
  ssr: false,
  loading: () => <Skeleton className="h-full w-full" />,
})

/** Lines over time, or the same points as a table. */
export function TimeChart({ title, description, unit, from, to, at, lines, isStale = false }: TimeChartProps) {
  const t = useTranslations('charts')
  const words = useChartWords(unit)
  const [view, setView] = useState<'chart' | 'table'>('chart')
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const [titleId, summaryId] = [useId(), useId()]
  const atMs = useMemo(() => at.map((instant) => Date.parse(instant)), [at])
  const isBlank = lines.every(({ values }) => values.every((value) => value === null))
  return (
    <figure aria-labelledby={titleId} aria-busy={isStale} className="m-0 min-w-0">
      <div className="mb-2 flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h3 id={titleId} className="font-semibold text-base">
            {title}
          </h3>
          {description ? <p className="text-muted text-sm">{description}</p> : null}
        </div>
        <Segmented
          label={t('viewOf', { title })}
          value={view}
          onValueChange={setView}
          segments={[
            { value: 'chart', label: t('chart'), icon: <ChartIcon aria-hidden="true" /> },
            { value: 'table', label: t('table'), icon: <Table aria-hidden="true" /> },
          ]}
        />
      </div>
      <div className={classNames(isStale && 'opacity-60 transition-opacity delay-150')}>
        {view === 'table' ? (
          <PointsTable title={title} at={atMs} lines={lines} words={words} />
        ) : (
          <div className={classNames(plotClasses, 'relative')}>
            <LinePlot
              label={t('plotOf', { title })}
              describedBy={summaryId}
              unit={unit}
              fromMs={Date.parse(from)}
              toMs={Date.parse(to)}
              at={atMs}
              lines={lines}
              hidden={hidden}
              words={words}
            />
            {isBlank ? <Blank /> : null}
          </div>
        )}
      </div>
      {view === 'chart' ? (
        <ChartLegend lines={lines} hidden={hidden} onToggle={(id) => setHidden(toggled(hidden, id))} />
      ) : null}
      <Summary id={summaryId} lines={lines} words={words} />
    </figure>
  )
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids)
  if (!next.delete(id)) next.add(id)
  return next
}

function Blank() {
  const t = useTranslations('charts')
  return (
    <p className="pointer-events-none absolute inset-0 flex items-center justify-center text-muted text-sm">
      {t('blank')}
    </p>
  )
}

/** The lines in words, for those who do not see them. */
function Summary({ id, lines, words }: { id: string; lines: readonly ChartLine[]; words: ChartWords }) {
  const t = useTranslations('charts')
  return (
    <figcaption id={id} className="sr-only">
      {lines.map(({ id: lineId, label, values }) => {
        const summary = summarise(values)
        const { valueText } = words
        return (
          <span key={lineId} className="block">
            {summary
              ? t('summary', {
                  name: label,
                  lowest: valueText(summary.lowest),
                  highest: valueText(summary.highest),
                  last: valueText(summary.last),
                })
              : t('summaryBlank', { name: label })}
          </span>
        )
      })}
    </figcaption>
  )
}
