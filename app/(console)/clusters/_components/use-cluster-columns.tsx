'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { Column } from '#app/_components/table/column.ts'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import type { ClusterView } from '#lib/contracts/clusters.ts'
import { StateBadge, useProblemWords } from './cluster-state.tsx'
import { LabelList } from './label-list.tsx'

const missing = '—'

export function useClusterColumns(): readonly Column<ClusterView>[] {
  const t = useTranslations('clusters.table')
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('name'),
        isTitle: true,
        sortable: true,
        width: '28%',
        clip: ({ name, description }) => (description ? `${name}: ${description}` : name),
        cell: (cluster) => <Name cluster={cluster} />,
      },
      { id: 'state', header: t('state'), sortable: true, cell: (cluster) => <State cluster={cluster} /> },
      {
        id: 'version',
        header: t('version'),
        sortable: true,
        cell: (cluster) => <span className="tabular-nums">{cluster.version || missing}</span>,
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
        id: 'labels',
        header: t('labels'),
        hideBelow: 'xl',
        cell: ({ labels }) => <LabelList labels={labels} shownMax={2} />,
      },
      {
        id: 'lookedAt',
        header: t('lookedAt'),
        hideBelow: 'md',
        cell: ({ lookedAt }) => (lookedAt ? <Time value={lookedAt} /> : missing),
      },
      {
        id: 'createdAt',
        header: t('createdAt'),
        sortable: true,
        hideBelow: 'xl',
        cell: ({ createdAt }) => <Time value={createdAt} format="date" />,
      },
    ],
    [t],
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

/** The state in a word, what stood in the way in a few, and what the team has set. */
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
      {problem ? <span className="text-muted text-sm">{wordsOf(problem)}</span> : null}
    </span>
  )
}
