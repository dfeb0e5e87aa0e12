'use client'

import { Meter as BaseMeter } from '@base-ui/react/meter'
import { useLocale, useTranslations } from 'next-intl'
import { classNames } from '#app/_components/ui/class-names.ts'
import type { Severity } from '#lib/contracts/inspections.ts'
import type { MemberWatchView } from '#lib/contracts/watch.ts'
import { sizeText } from '#lib/size-text.ts'

interface SizeMeterProps {
  member: MemberWatchView
  /** What the inspection of sizes holds against it. */
  severity: Severity | undefined
}

const bars: Record<Severity, string> = { info: 'bg-info-solid', warning: 'bg-warn-solid', critical: 'bg-danger-solid' }

const missing = '—'

/** The database of a member: its size against the quota, and how much of the file is in use. */
export function SizeMeter({ member, severity }: SizeMeterProps) {
  const t = useTranslations('overview.members')
  const locale = useLocale()
  const { name, dbSizeBytes, dbInUseBytes, quotaBytes } = member
  if (dbSizeBytes === null) return missing
  const size = sizeText(BigInt(dbSizeBytes), locale)
  const quota = quotaBytes === null ? undefined : BigInt(quotaBytes)
  const inUse = dbInUseBytes === null ? undefined : t('inUse', { size: sizeText(BigInt(dbInUseBytes), locale) })
  if (quota === undefined || quota <= 0n) {
    return (
      <span className="flex flex-col tabular-nums">
        <span>{size}</span>
        <span className="text-muted text-sm">
          {[inUse, t(quota === undefined ? 'quotaUnknown' : 'quotaNone')].filter(Boolean).join(' · ')}
        </span>
      </span>
    )
  }
  const percent = percentOf(BigInt(dbSizeBytes), quota)
  const text = t('ofQuota', { size, quota: sizeText(quota, locale) })
  return (
    <BaseMeter.Root
      value={Math.min(percent, 100)}
      max={100}
      aria-label={t('sizeOf', { name })}
      getAriaValueText={() => `${text}, ${t('percent', { percent })}`}
      className="block w-full min-w-40 tabular-nums sm:max-w-56"
    >
      <span className="flex items-baseline justify-between gap-3">
        <span>{text}</span>
        <span>{t('percent', { percent })}</span>
      </span>
      <BaseMeter.Track className="relative my-1 h-1.5 overflow-hidden rounded-full bg-hover">
        <BaseMeter.Indicator className={classNames('h-full rounded-full', barOf(member, severity))} />
      </BaseMeter.Track>
      {inUse ? <span className="block text-muted text-sm">{inUse}</span> : null}
    </BaseMeter.Root>
  )
}

/** What was seen of a member that answers no more is of then, and says nothing of now. */
function barOf({ state }: MemberWatchView, severity: Severity | undefined): string {
  if (state !== 'up') return 'bg-line-strong'
  return severity ? bars[severity] : 'bg-accent'
}

function percentOf(size: bigint, quota: bigint): number {
  return Number((size * 1000n) / quota) / 10
}
