'use client'

import { useNow, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Time } from '#app/_components/ui/time.tsx'
import type { ClusterWatchView } from '#lib/contracts/watch.ts'

/** From then on it is as good as due. */
const soonMs = 10_000
/** How often what is still ahead is looked at again. */
const tickMs = 5000
/** A look that begins this late is worth a word. */
const lateFromMs = 10_000

interface CollectionLineProps {
  collection: ClusterWatchView['collection']
  isPaused: boolean
}

/** When the cluster was looked at, how long it took, and when it will be again. */
export function CollectionLine({ collection, isPaused }: CollectionLineProps) {
  const t = useTranslations('overview.collection')
  const now = useNow({ updateInterval: tickMs })
  const { at, tookMs, lateMs, nextDueAt, everySeconds, failures } = collection
  const parts: [string, ReactNode][] = [
    ...(at ? [['at', t.rich('at', { time: () => <Time value={at} /> })] as [string, ReactNode]] : []),
    ...(at && tookMs !== null ? [['took', t('took', { ms: tookMs })] as [string, ReactNode]] : []),
    ...(at && lateMs !== null && lateMs >= lateFromMs
      ? [['late', t('late', { seconds: Math.round(lateMs / 1000) })] as [string, ReactNode]]
      : []),
    ...(nextDueAt && !isPaused
      ? [
          [
            'next',
            Date.parse(nextDueAt) > now.getTime() + soonMs
              ? t.rich('next', { time: () => <Time value={nextDueAt} /> })
              : t('due'),
          ] as [string, ReactNode],
        ]
      : []),
    ['every', t('every', { seconds: everySeconds })],
  ]
  return (
    <div className="mt-1 text-muted text-sm tabular-nums">
      <p className="flex flex-wrap gap-x-1.5">
        {parts.map(([id, part], index) => (
          <span key={id}>
            {part}
            {index < parts.length - 1 ? <span aria-hidden="true">{' ·'}</span> : null}
          </span>
        ))}
      </p>
      {failures > 0 ? <p>{t('failures', { count: failures })}</p> : null}
    </div>
  )
}
