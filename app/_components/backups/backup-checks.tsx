'use client'

import { useTranslations } from 'next-intl'
import type { BackupDetailView } from '#lib/contracts/backup-catalogue.ts'
import { classNames } from '../ui/class-names.ts'
import type { Tone } from '../ui/tone.tsx'
import { toneIcons } from '../ui/tone.tsx'
import type { CheckOutcome } from './checks-of.ts'
import { checksOf } from './checks-of.ts'

const tones: Record<CheckOutcome, Tone> = { pass: 'ok', fail: 'danger', unknown: 'unknown', waiting: 'neutral' }
const inks: Record<CheckOutcome, string> = {
  pass: 'text-ok',
  fail: 'text-danger',
  unknown: 'text-muted',
  waiting: 'text-faint',
}

/** Everything a backup was held against, and how each of it went. */
export function BackupChecks({ backup }: { backup: BackupDetailView }) {
  const t = useTranslations('backups.checks')
  return (
    <ul aria-label={t('label')} className="flex flex-col gap-1.5">
      {checksOf(backup).map(({ check, outcome }) => (
        <li
          key={check}
          className={classNames(
            'flex items-start gap-2 [&>svg]:mt-[0.1875rem] [&>svg]:size-4 [&>svg]:shrink-0',
            inks[outcome],
          )}
        >
          {toneIcons[tones[outcome]]}
          <span className="text-ink">{t(check)}</span>
          <span className="ml-auto shrink-0 text-sm">{t(`outcomes.${outcome}`)}</span>
        </li>
      ))}
    </ul>
  )
}
