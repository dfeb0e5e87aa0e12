'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { Column } from '#app/_components/table/column.ts'
import { DataTable } from '#app/_components/table/data-table.tsx'
import { staticPage } from '#app/_components/table/use-table-page.ts'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { MemberStateBadge, useProblemWords } from '#app/(console)/clusters/_components/cluster-state.tsx'
import type { ClusterDetailView, ClusterMemberView } from '#lib/contracts/clusters.ts'
import { sizeText } from '#lib/size-text.ts'

const missing = '—'

/** The members as the cluster's own list names them, and as they were last seen. */
export function MembersTable({ cluster }: { cluster: ClusterDetailView }) {
  const t = useTranslations('clusters.memberTable')
  const columns = useMemberColumns()
  return (
    <DataTable
      label={t('label')}
      columns={columns}
      idOf={(member) => member.memberId}
      page={staticPage(cluster.members)}
      empty={<EmptyState title={t('empty')} description={t('emptyHint')} />}
    />
  )
}

function useMemberColumns(): readonly Column<ClusterMemberView>[] {
  const t = useTranslations('clusters.memberTable')
  const locale = useLocale()
  return useMemo(
    () => [
      { id: 'name', header: t('name'), isTitle: true, cell: (member) => <MemberName member={member} /> },
      { id: 'role', header: t('role'), cell: (member) => t(roleOf(member)) },
      { id: 'state', header: t('state'), cell: (member) => <MemberState member={member} /> },
      { id: 'version', header: t('version'), hideBelow: 'md', cell: ({ version }) => version || missing },
      {
        id: 'dbSize',
        header: t('dbSize'),
        align: 'end',
        cell: ({ dbSizeBytes }) => (
          <span className="whitespace-nowrap tabular-nums">
            {dbSizeBytes === null ? missing : sizeText(BigInt(dbSizeBytes), locale)}
          </span>
        ),
      },
      {
        id: 'latency',
        header: t('latency'),
        align: 'end',
        hideBelow: 'md',
        cell: ({ latencyMs }) => (
          <span className="whitespace-nowrap tabular-nums">
            {latencyMs === null ? missing : t('milliseconds', { ms: latencyMs })}
          </span>
        ),
      },
      { id: 'address', header: t('address'), hideBelow: 'lg', cell: (member) => <Address member={member} /> },
      {
        id: 'seenAt',
        header: t('seenAt'),
        hideBelow: 'xl',
        cell: ({ seenAt }) => (seenAt ? <Time value={seenAt} /> : missing),
      },
    ],
    [t, locale],
  )
}

function roleOf({ isLeader, isLearner }: ClusterMemberView): 'leader' | 'learner' | 'follower' {
  if (isLeader) return 'leader'
  return isLearner ? 'learner' : 'follower'
}

function MemberName({ member: { name, memberId } }: { member: ClusterMemberView }) {
  const t = useTranslations('clusters.memberTable')
  return (
    <span className="block min-w-0">
      <span className="block truncate font-medium">{name || t('notStarted')}</span>
      <span className="block font-mono text-muted text-xs" title={memberId}>
        {BigInt(memberId).toString(16)}
      </span>
    </span>
  )
}

function MemberState({ member: { state, problem } }: { member: ClusterMemberView }) {
  const wordsOf = useProblemWords()
  return (
    <span className="flex flex-col items-start gap-0.5 max-sm:items-end">
      <MemberStateBadge state={state} />
      {problem ? <span className="text-muted text-sm">{wordsOf(problem)}</span> : null}
    </span>
  )
}

/** What it advertises, and where it is reached when that is somewhere else. */
function Address({ member: { clientUrls, address } }: { member: ClusterMemberView }) {
  const t = useTranslations('clusters.memberTable')
  const isElsewhere = address !== null && !clientUrls.includes(address)
  return (
    <span className="block font-mono text-xs">
      {clientUrls.map((url) => (
        <span key={url} className="block">
          {url}
        </span>
      ))}
      {isElsewhere ? <span className="block text-muted">{t('reachedAt', { address })}</span> : null}
    </span>
  )
}
