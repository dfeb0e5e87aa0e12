'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useQuantityText } from '#app/_components/backups/use-quantity-text.ts'
import { Time } from '#app/_components/ui/time.tsx'
import type { BackupPlanView } from '#lib/contracts/backup-plans.ts'

interface Card {
  id: string
  term: string
  value: ReactNode
  hint: ReactNode
}

/** The figures behind the sentence. */
export function ProtectionCards({ plan }: { plan: BackupPlanView }) {
  const t = useTranslations('cluster-backups.cards')
  const cards = useCards(plan)
  return (
    <section aria-label={t('label')}>
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-xl border border-line bg-line shadow-card md:grid-cols-3 xl:grid-cols-6">
        {cards.map(({ id, term, value, hint }) => (
          <div key={id} className="min-w-0 bg-surface p-4">
            <dt className="text-muted text-sm">{term}</dt>
            <dd className="mt-0.5 [overflow-wrap:anywhere]">
              <span className="block font-semibold text-lg tabular-nums">{value}</span>
              <span className="block text-muted text-sm">{hint}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function useCards(plan: BackupPlanView): readonly Card[] {
  const t = useTranslations('cluster-backups.cards')
  const { duration, size } = useQuantityText()
  const { lastVerified, lastProven, nextDueAt, nextDrillAt, targetName, kept, settings, rpoSeconds } = plan
  return [
    { id: 'rpo', term: t('rpo'), value: duration(rpoSeconds * 1_000), hint: t('rpoHint') },
    {
      id: 'rto',
      term: t('rto'),
      value: lastProven ? duration(lastProven.rtoMs) : t('rtoNone'),
      hint: lastProven ? <Time value={lastProven.at} /> : t('rtoHint'),
    },
    {
      id: 'last',
      term: t('last'),
      value: lastVerified ? <Time value={lastVerified.takenAt} /> : t('lastNone'),
      hint: lastVerified
        ? t('lastHint', { size: size(lastVerified.sizeBytes), keys: Number(lastVerified.keys) })
        : null,
    },
    {
      id: 'next',
      term: t('next'),
      value: nextDueAt ? <Time value={nextDueAt} /> : t('nextNone'),
      hint: nextDueAt && targetName ? t('nextTo', { target: targetName }) : null,
    },
    {
      id: 'drill',
      term: t('nextDrill'),
      value: nextDrillAt ? <Time value={nextDrillAt} /> : t('nextNone'),
      hint: nextDrillAt ? t('nextDrillHint', { days: settings.drillEveryDays }) : null,
    },
    { id: 'kept', term: t('kept'), value: t('keptValue', { count: kept }), hint: null },
  ]
}
