'use client'

import { ScrollArea } from '@base-ui/react/scroll-area'
import { useTranslations } from 'next-intl'
import type { ChartLine } from './chart-line.ts'
import type { ChartWords } from './use-chart-words.ts'

interface PointsTableProps {
  title: string
  /** Milliseconds since 1970. */
  at: readonly number[]
  lines: readonly ChartLine[]
  words: ChartWords
}

const missing = '—'
const headClasses = 'sticky top-0 z-1 bg-sunken px-3 py-1.5 font-medium text-muted whitespace-nowrap'

/** The points of a chart as numbers, the newest first, in a box that scrolls. */
export function PointsTable({ title, at, lines, words }: PointsTableProps) {
  const t = useTranslations('charts')
  const label = t('tableOf', { title })
  const places = at.map((_, place) => place).toReversed()
  return (
    <ScrollArea.Root className="relative rounded-lg border border-line">
      <ScrollArea.Viewport aria-label={label} role="region" className="h-60 rounded-lg focus-visible:-outline-offset-2">
        <table aria-label={label} className="w-full border-collapse text-left text-sm">
          <thead>
            <tr>
              <th scope="col" className={headClasses}>
                {t('time', { timeZone: words.timeZone })}
              </th>
              {lines.map(({ id, label: name }) => (
                <th key={id} scope="col" className={`${headClasses} text-right`}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {places.map((place) => (
              <tr key={at[place]} className="border-line border-t">
                <th scope="row" className="px-3 py-1 font-normal whitespace-nowrap">
                  {words.timeText(at[place] ?? 0)}
                </th>
                {lines.map(({ id, values }) => (
                  <td key={id} className="px-3 py-1 text-right whitespace-nowrap tabular-nums">
                    {textOf(values[place], words)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea.Viewport>
      <Bar orientation="vertical" />
      <Bar orientation="horizontal" />
    </ScrollArea.Root>
  )
}

function Bar({ orientation }: { orientation: 'vertical' | 'horizontal' }) {
  const isVertical = orientation === 'vertical'
  return (
    <ScrollArea.Scrollbar orientation={orientation} className={isVertical ? 'w-2 p-px' : 'h-2 p-px'}>
      <ScrollArea.Thumb
        className={
          isVertical ? 'min-h-6 w-full rounded-full bg-line-strong' : 'h-full min-w-6 rounded-full bg-line-strong'
        }
      />
    </ScrollArea.Scrollbar>
  )
}

function textOf(value: number | null | undefined, { valueText }: ChartWords): string {
  return value === null || value === undefined ? missing : valueText(value)
}
