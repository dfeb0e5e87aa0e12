'use client'

import { useTranslations } from 'next-intl'
import type { BackupDetailView } from '#lib/contracts/backup-catalogue.ts'
import { classNames } from '../ui/class-names.ts'
import { useQuantityText } from './use-quantity-text.ts'

/** What the live cluster counted beside what the snapshot holds: all keys, then by group. */
export function BackupCounts({ counts }: Pick<BackupDetailView, 'counts'>) {
  const t = useTranslations('backups.counts')
  const { wide } = useQuantityText()
  if (counts.length === 0) return <p className="text-muted">{t('none')}</p>
  return (
    <table aria-label={t('label')} className="w-full text-left text-sm">
      <thead className="text-muted">
        <tr className="border-line border-b">
          <th scope="col" className="py-1 font-medium">
            {t('group')}
          </th>
          <th scope="col" className="py-1 pl-3 text-right font-medium">
            {t('live')}
          </th>
          <th scope="col" className="py-1 pl-3 text-right font-medium">
            {t('snapshot')}
          </th>
          <th scope="col" className="w-px" />
        </tr>
      </thead>
      <tbody className="divide-y divide-line tabular-nums">
        {counts.map(({ name, live, snapshot }) => (
          <tr key={name}>
            <th scope="row" className={classNames('py-1 font-normal', name === '' && 'font-medium')}>
              {name === '' ? t('all') : <code className="font-mono text-xs [overflow-wrap:anywhere]">{name}</code>}
            </th>
            <td className="py-1 pl-3 text-right">{wide(live)}</td>
            <td className="py-1 pl-3 text-right">{wide(snapshot)}</td>
            <td className={classNames('py-1 pl-3 whitespace-nowrap', live === snapshot ? 'text-ok' : 'text-danger')}>
              {t(live === snapshot ? 'same' : 'differs')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
