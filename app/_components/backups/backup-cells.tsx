'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { BackupView } from '#lib/contracts/backup-catalogue.ts'
import { bytesPerSecondOf, storedPercentOf, tookMsOf } from './backup-numbers.ts'
import { useQuantityText } from './use-quantity-text.ts'

const missing = '—'

/** One fact over another that belongs to it. */
function Pair({ children, below }: { children: ReactNode; below: ReactNode }) {
  return (
    <span className="flex flex-col whitespace-nowrap tabular-nums">
      <span>{children}</span>
      {below ? <span className="text-muted text-sm">{below}</span> : null}
    </span>
  )
}

/** What the member sent, what of it is stored, and the share. */
export function BackupSize({ backup }: { backup: BackupView }) {
  const t = useTranslations('backups')
  const { size } = useQuantityText()
  const { sizeBytes, storedBytes } = backup
  if (sizeBytes === null) return missing
  const percent = storedPercentOf(backup)
  return (
    <Pair below={percent === undefined ? null : t('ratio', { percent })}>
      {storedBytes === null ? size(sizeBytes) : `${size(sizeBytes)} → ${size(storedBytes)}`}
    </Pair>
  )
}

/** How long all of it took, and how much came through in that time. */
export function BackupDuration({ backup }: { backup: BackupView }) {
  const t = useTranslations('backups')
  const { size, duration } = useQuantityText()
  const tookMs = tookMsOf(backup)
  const bytesPerSecond = bytesPerSecondOf(backup)
  if (tookMs === undefined) return missing
  return (
    <Pair below={bytesPerSecond === undefined ? null : t('perSecond', { size: size(bytesPerSecond) })}>
      {duration(tookMs)}
    </Pair>
  )
}

/** A number of 64 bits. */
export function WideNumber({ value }: { value: string | null }) {
  const { wide } = useQuantityText()
  return <span className="tabular-nums">{value === null ? missing : wide(value)}</span>
}

/** What for, and by whom. */
export function BackupReason({ backup: { reason, requestedBy } }: { backup: BackupView }) {
  const t = useTranslations('backups.reasons')
  return (
    <span className="flex min-w-0 flex-col">
      <span>{t(reason)}</span>
      {reason === 'schedule' || requestedBy === '' ? null : (
        <span className="truncate text-muted text-sm">{requestedBy}</span>
      )}
    </span>
  )
}
