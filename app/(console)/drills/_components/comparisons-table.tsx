'use client'

import { useTranslations } from 'next-intl'
import { useQuantityText } from '#app/_components/backups/use-quantity-text.ts'
import { Badge } from '#app/_components/ui/badge.tsx'
import type { Tone } from '#app/_components/ui/tone.tsx'
import type { DrillView } from '#lib/contracts/backup-catalogue.ts'

type Comparison = DrillView['comparisons'][number]

const tones: Record<Comparison['outcome'], Tone> = {
  holds: 'ok',
  differs: 'danger',
  'not-comparable': 'unknown',
  'not-compared': 'unknown',
}

const missing = '—'
const prefixed = 'prefix '

/** What the live cluster said, beside what came back. */
export function ComparisonsTable({ comparisons }: Pick<DrillView, 'comparisons'>) {
  const t = useTranslations('drills.comparisons')
  if (comparisons.length === 0) return <p className="text-muted">{t('none')}</p>
  const isIncomparable = comparisons.some(({ outcome }) => outcome === 'not-comparable')
  return (
    <>
      <table aria-label={t('label')} className="w-full border-collapse text-left text-sm">
        <thead className="border-line border-b text-muted">
          <tr>
            <th scope="col" className="py-1.5 pr-1.5 sm:pr-3 font-medium">
              {t('what')}
            </th>
            <th scope="col" className="px-1.5 py-1.5 text-right sm:px-3 font-medium">
              {t('expected')}
            </th>
            <th scope="col" className="px-1.5 py-1.5 text-right sm:px-3 font-medium">
              {t('seen')}
            </th>
            <th scope="col" className="py-1.5 pl-1.5 sm:pl-3 font-medium">
              {t('outcome')}
            </th>
          </tr>
        </thead>
        <tbody>
          {comparisons.map((comparison) => (
            <Line key={comparison.what} comparison={comparison} />
          ))}
        </tbody>
      </table>
      {isIncomparable ? <p className="mt-1.5 text-muted text-sm">{t('notComparable')}</p> : null}
    </>
  )
}

function Line({ comparison: { what, expected, seen, outcome } }: { comparison: Comparison }) {
  const t = useTranslations('drills.comparisons')
  const { wide } = useQuantityText()
  return (
    <tr className="break-inside-avoid border-line border-b last:border-b-0">
      <th scope="row" className="py-1.5 pr-1.5 sm:pr-3 font-normal [overflow-wrap:anywhere]">
        <What what={what} />
      </th>
      <td className="px-1.5 py-1.5 text-right sm:px-3">{wide(expected)}</td>
      <td className="px-1.5 py-1.5 text-right sm:px-3">{seen === '' ? missing : wide(seen)}</td>
      <td className="py-1.5 pl-1.5 sm:pl-3">
        <Badge tone={tones[outcome]}>{t(`outcomes.${outcome}`)}</Badge>
      </td>
    </tr>
  )
}

const named = ['revision', 'live-keys', 'hash'] as const

function What({ what }: Pick<Comparison, 'what'>) {
  const t = useTranslations('drills.comparisons')
  const known = named.find((name) => name === what)
  if (known) return t(known)
  if (!what.startsWith(prefixed)) return what
  const prefix = () => (
    <code translate="no" className="font-mono text-xs">
      {what.slice(prefixed.length)}
    </code>
  )
  return t.rich('prefix', { prefix })
}
