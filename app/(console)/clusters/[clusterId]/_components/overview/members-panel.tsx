'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { Column } from '#app/_components/table/column.ts'
import { DataTable } from '#app/_components/table/data-table.tsx'
import { staticPage } from '#app/_components/table/use-table-page.ts'
import { classNames } from '#app/_components/ui/class-names.ts'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { MemberStateBadge, useProblemWords } from '#app/(console)/clusters/_components/cluster-state.tsx'
import type { ClusterMemberView } from '#lib/contracts/clusters.ts'
import type { Severity } from '#lib/contracts/inspections.ts'
import type { ClusterWatchView, MemberWatchView } from '#lib/contracts/watch.ts'
import { SizeMeter } from './size-meter.tsx'

const missing = '—'

interface MembersPanelProps {
  view: ClusterWatchView
  /** As the cluster's own list names them: what they advertise. */
  listed: readonly ClusterMemberView[]
}

/** Every figure of every member. Those of a silent one are what was seen last, and look it. */
export function MembersPanel({ view, listed }: MembersPanelProps) {
  const t = useTranslations('overview.members')
  const unknown = useTranslations('clusters.memberTable')
  const columns = useColumns(view, listed)
  return (
    <DataTable
      label={t('label')}
      columns={columns}
      idOf={(member) => member.memberId}
      page={staticPage(view.members)}
      empty={<EmptyState title={unknown('empty')} description={unknown('emptyHint')} />}
    />
  )
}

function useColumns(
  { verdicts }: ClusterWatchView,
  listed: readonly ClusterMemberView[],
): readonly Column<MemberWatchView>[] {
  const t = useTranslations('overview.members')
  return useMemo(() => {
    const severityOf = (memberId: string): Severity | undefined =>
      verdicts.flatMap((each) =>
        each.verdict === 'finding' && each.key === `db-size/${memberId}` ? each.severity : [],
      )[0]
    const advertisedBy = (memberId: string) => listed.find((member) => member.memberId === memberId)?.clientUrls ?? []
    return [
      {
        id: 'name',
        header: t('name'),
        isTitle: true,
        cell: (member) => <Name member={member} advertised={advertisedBy(member.memberId)} />,
      },
      { id: 'state', header: t('state'), cell: (member) => <State member={member} /> },
      {
        id: 'version',
        header: t('version'),
        cell: (member) => <Figure member={member}>{member.version || missing}</Figure>,
      },
      {
        id: 'dbSize',
        header: t('dbSize'),
        cell: (member) => (
          <Figure member={member}>
            <SizeMeter member={member} severity={severityOf(member.memberId)} />
          </Figure>
        ),
      },
      { id: 'raftTerm', header: t('raftTerm'), align: 'end', cell: (member) => <Big member={member} of="raftTerm" /> },
      { id: 'raftIndex', header: t('raftIndex'), align: 'end', cell: (member) => <RaftIndex member={member} /> },
      { id: 'revision', header: t('revision'), align: 'end', cell: (member) => <Big member={member} of="revision" /> },
      {
        id: 'latency',
        header: t('latency'),
        align: 'end',
        cell: (member) => (
          <Figure member={member}>
            {member.latencyMs === null ? missing : t('milliseconds', { ms: Math.round(member.latencyMs * 10) / 10 })}
          </Figure>
        ),
      },
    ]
  }, [t, verdicts, listed])
}

function Name({ member, advertised }: { member: MemberWatchView; advertised: readonly string[] }) {
  const t = useTranslations('overview.members')
  const unknown = useTranslations('clusters.memberTable')
  const { memberId, name, role, address } = member
  const isElsewhere = address !== null && advertised.length > 0 && !advertised.includes(address)
  return (
    <span className="block min-w-0">
      <span className="block font-medium">{name || unknown('notStarted')}</span>
      <span className="block font-normal text-muted text-sm">{t(`roles.${role}`)}</span>
      <span className="block font-mono font-normal text-muted text-xs" title={memberId} translate="no">
        {BigInt(memberId).toString(16)}
      </span>
      {advertised.map((url) => (
        <span key={url} className="block font-mono font-normal text-muted text-xs" translate="no">
          {url}
        </span>
      ))}
      {isElsewhere ? (
        <span className="block font-mono font-normal text-muted text-xs">{unknown('reachedAt', { address })}</span>
      ) : null}
    </span>
  )
}

function State({ member: { state, problem, downSince, seenAt } }: { member: MemberWatchView }) {
  const t = useTranslations('overview.members')
  const wordsOf = useProblemWords()
  return (
    <span className="flex flex-col items-start gap-0.5 text-muted text-sm max-sm:items-end">
      <MemberStateBadge state={state} />
      {problem ? <span>{wordsOf(problem)}</span> : null}
      {state === 'down' && downSince ? (
        <span>{t.rich('downSince', { time: () => <Time value={downSince} /> })}</span>
      ) : null}
      <span>
        {seenAt ? t.rich(state === 'up' ? 'seen' : 'seenLast', { time: () => <Time value={seenAt} /> }) : t('unseen')}
      </span>
    </span>
  )
}

/** What was seen of a member that answers no more is paler: it is of then. */
function Figure({ member, children }: { member: MemberWatchView; children: React.ReactNode }) {
  return (
    <span className={classNames('block whitespace-nowrap tabular-nums', member.state !== 'up' && 'text-faint')}>
      {children}
    </span>
  )
}

function Big({ member, of }: { member: MemberWatchView; of: 'raftTerm' | 'revision' }) {
  const format = useFormatter()
  const value = member[of]
  return <Figure member={member}>{value === null ? missing : format.number(BigInt(value))}</Figure>
}

/** The index, and how far it is applied where that is another. */
function RaftIndex({ member }: { member: MemberWatchView }) {
  const t = useTranslations('overview.members')
  const format = useFormatter()
  const { raftIndex, raftAppliedIndex } = member
  if (raftIndex === null) return missing
  const applied =
    raftAppliedIndex === null || raftAppliedIndex === raftIndex
      ? t('appliedAll')
      : t('applied', { index: format.number(BigInt(raftAppliedIndex)) })
  return (
    <Figure member={member}>
      {format.number(BigInt(raftIndex))}
      {raftAppliedIndex === null ? null : <span className="block text-muted text-sm">{applied}</span>}
    </Figure>
  )
}
