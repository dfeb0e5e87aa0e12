'use client'

import { useTranslations } from 'next-intl'
import { backupPhases } from '#lib/contracts/backup-catalogue.ts'
import { classNames } from '../ui/class-names.ts'
import { useQuantityText } from './use-quantity-text.ts'

const colours = {
  source: 'bg-faint',
  stream: 'bg-accent',
  check: 'bg-info-solid',
  compare: 'bg-warn-solid',
  store: 'bg-ok-solid',
  'read-back': 'bg-line-strong',
} as const

/** Where the time of a backup went: a bar for the eye, and the same as a list. */
export function PhaseBar({ phases }: { phases: Readonly<Record<string, number>> }) {
  const t = useTranslations('backups')
  const { duration } = useQuantityText()
  const parts = backupPhases.flatMap((phase) => {
    const ms = phases[phase]
    return ms === undefined ? [] : [{ phase, ms }]
  })
  if (parts.length === 0) return <p className="text-muted">{t('phaseBar.none')}</p>
  return (
    <>
      <div aria-hidden="true" className="flex h-2.5 gap-px overflow-hidden rounded-full bg-hover">
        {parts.map(({ phase, ms }) => (
          <span key={phase} style={{ flexGrow: Math.max(ms, 1) }} className={classNames('min-w-0.5', colours[phase])} />
        ))}
      </div>
      <ul aria-label={t('phaseBar.label')} className="mt-2 grid gap-x-6 gap-y-1 sm:grid-cols-2">
        {parts.map(({ phase, ms }) => (
          <li key={phase} className="flex items-center gap-2 text-sm">
            <span aria-hidden="true" className={classNames('size-2 shrink-0 rounded-full', colours[phase])} />
            <span className="min-w-0 flex-1">{t(`phases.${phase}`)}</span>
            <span className="whitespace-nowrap text-muted tabular-nums">{duration(ms)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
