'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { Column } from '#app/_components/table/column.ts'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { SeverityBadge } from '#app/(console)/findings/_components/severity-badge.tsx'
import { useInspectionWords } from '#app/(console)/findings/_components/use-inspection-words.ts'
import type { ClusterView } from '#lib/contracts/clusters.ts'
import { sizeText } from '#lib/size-text.ts'
import { StateBadge, useProblemWords } from './cluster-state.tsx'
import { LabelList } from './label-list.tsx'

const missing = '—'

export function useClusterColumns(): readonly Column<ClusterView>[] {
  const t = useTranslations('clusters.table')
  const locale = useLocale()
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('name'),
        isTitle: true,
        sortable: true,
        width: '20%',
        clip: ({ name, description }) => (description ? `${name}: ${description}` : name),
        cell: (cluster) => <Name cluster={cluster} />,
      },
      { id: 'state', header: t('state'), sortable: true, cell: (cluster) => <State cluster={cluster} /> },
      {
        id: 'severity',
        header: t('newestFinding'),
        sortable: true,
        descFirst: true,
        width: '32%',
        cell: (cluster) => <NewestFinding cluster={cluster} />,
      },
      {
        id: 'members',
        header: t('members'),
        align: 'end',
        cell: ({ membersTotal, membersUp }) => (
          <span className="tabular-nums">{membersTotal === 0 ? missing : `${membersUp}/${membersTotal}`}</span>
        ),
      },
      {
        id: 'version',
        header: t('version'),
        sortable: true,
        hideBelow: 'md',
        cell: (cluster) => <span className="tabular-nums">{cluster.version || missing}</span>,
      },
      {
        id: 'size',
        header: t('size'),
        sortable: true,
        descFirst: true,
        align: 'end',
        hideBelow: 'lg',
        cell: ({ dbSizeBytes }) => (
          <span className="whitespace-nowrap tabular-nums">
            {dbSizeBytes === null ? missing : sizeText(BigInt(dbSizeBytes), locale)}
          </span>
        ),
      },
      {
        id: 'labels',
        header: t('labels'),
        hideBelow: 'xl',
        cell: ({ labels }) => <LabelList labels={labels} shownMax={2} />,
      },
      {
        id: 'lookedAt',
        header: t('lookedAt'),
        hideBelow: 'lg',
        cell: ({ lookedAt }) => (lookedAt ? <Time value={lookedAt} /> : missing),
      },
    ],
    [t, locale],
  )
}

/** The newest of the worst that is open, and how many others are. */
function NewestFinding({ cluster: { findings } }: { cluster: ClusterView }) {
  const t = useTranslations('clusters.table')
  const { found } = useInspectionWords()
  const { newest, open } = findings
  if (!newest) return <span className="text-faint">{missing}</span>
  const sentence = found(newest)
  return (
    <span className="flex min-w-0 items-start gap-2 max-sm:flex-wrap max-sm:justify-end">
      <span className="flex shrink-0 flex-col items-start gap-0.5 max-sm:flex-row-reverse max-sm:items-center">
        <SeverityBadge severity={newest.severity} />
        {open > 1 ? <span className="text-muted text-sm">{t('others', { count: open - 1 })}</span> : null}
      </span>
      <span title={sentence} className="line-clamp-2 min-w-0 text-sm">
        {sentence}
      </span>
    </span>
  )
}

function Name({ cluster: { name, description } }: { cluster: ClusterView }) {
  return (
    <span className="block min-w-0">
      <span className="block font-medium sm:truncate">{name}</span>
      {description ? <span className="block font-normal text-muted text-sm sm:truncate">{description}</span> : null}
    </span>
  )
}

/** The state in a word, what stood in the way in a few, and what the team has set. An alarm is a finding and stands there. */
function State({ cluster: { state, problem, isPaused, isProtected } }: { cluster: ClusterView }) {
  const t = useTranslations('clusters')
  const wordsOf = useProblemWords()
  return (
    <span className="flex flex-col items-start gap-0.5 max-sm:items-end">
      <span className="flex flex-wrap gap-1 max-sm:justify-end">
        <StateBadge state={state} />
        {isPaused ? <Badge icon={null}>{t('badges.paused')}</Badge> : null}
        {isProtected ? <Badge icon={null}>{t('badges.protected')}</Badge> : null}
      </span>
      {problem && !problem.startsWith('alarm-') ? <span className="text-muted text-sm">{wordsOf(problem)}</span> : null}
    </span>
  )
}
