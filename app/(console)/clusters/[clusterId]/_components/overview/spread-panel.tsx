'use client'

import { useFormatter, useLocale, useTranslations } from 'next-intl'
import { Panel } from '#app/_components/ui/panel.tsx'
import type { ClusterWatchView } from '#lib/contracts/watch.ts'
import { sizeText } from '#lib/size-text.ts'

const missing = '—'
const measures = ['dbSizeBytes', 'raftIndex', 'revision'] as const
const cellClasses = 'py-2 pl-4 text-right tabular-nums'

/** How far the members lie apart, now and at most within a day. */
export function SpreadPanel({ view: { spread, members } }: { view: ClusterWatchView }) {
  const t = useTranslations('overview.spread')
  const locale = useLocale()
  const format = useFormatter()
  const show = (measure: (typeof measures)[number], value: string | null) => {
    if (value === null) return missing
    return measure === 'dbSizeBytes' ? sizeText(BigInt(value), locale) : format.number(BigInt(value))
  }
  const isEmpty = measures.every((measure) => spread[measure].now === null)
  return (
    <Panel title={t('title')} description={t('description')}>
      <table className="w-full text-left">
        <thead className="border-line border-b text-muted text-sm">
          <tr>
            <th scope="col" className="pb-1.5 font-medium">
              {t('measure')}
            </th>
            <th scope="col" className="pb-1.5 pl-4 text-right font-medium">
              {t('now')}
            </th>
            <th scope="col" className="pb-1.5 pl-4 text-right font-medium">
              {t('max')}
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {measures.map((measure) => (
            <tr key={measure}>
              <th scope="row" className="py-2 font-normal">
                {t(measure)}
              </th>
              <td className={cellClasses}>{show(measure, spread[measure].now)}</td>
              <td className={cellClasses}>{show(measure, spread[measure].max)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {isEmpty ? <p className="mt-2 text-muted text-sm">{members.length === 1 ? t('alone') : t('few')}</p> : null}
    </Panel>
  )
}
