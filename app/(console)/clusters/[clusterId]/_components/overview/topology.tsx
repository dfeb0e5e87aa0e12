'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { classNames } from '#app/_components/ui/class-names.ts'
import { Panel } from '#app/_components/ui/panel.tsx'
import { MemberStateBadge } from '#app/(console)/clusters/_components/cluster-state.tsx'
import type { MemberWatchView } from '#lib/contracts/watch.ts'

/** Who leads whom: the leader above, followers below it, learners apart. A list of lists for who cannot see it. */
export function Topology({ members }: { members: readonly MemberWatchView[] }) {
  const t = useTranslations('overview.topology')
  const leader = members.find(({ role }) => role === 'leader')
  const learners = members.filter(({ role }) => role === 'learner')
  const others = members.filter((member) => member !== leader && member.role !== 'learner')
  return (
    <Panel title={t('title')}>
      <ul aria-label={t('label')} className="flex flex-col sm:items-center">
        <li className="contents">{leader ? <Node member={leader} /> : <NoLeader />}</li>
        {others.length > 0 ? (
          <li className="contents">
            <ul
              className="relative flex w-full flex-col before:absolute before:left-1/2 before:h-4 before:border-line-strong before:border-l max-sm:before:hidden sm:grid"
              style={{ gridTemplateColumns: `repeat(${others.length}, minmax(0, 1fr))` }}
            >
              {others.map((member, index) => (
                <li key={member.memberId} className={branchClasses(index, others.length)}>
                  <Stub isAnswering={member.state === 'up'} />
                  <Node member={member} />
                </li>
              ))}
            </ul>
          </li>
        ) : null}
      </ul>
      {learners.length > 0 ? <Learners members={learners} /> : null}
    </Panel>
  )
}

function Learners({ members }: { members: readonly MemberWatchView[] }) {
  const t = useTranslations('overview.topology')
  return (
    <div className="mt-4 border-line border-t border-dashed pt-3">
      <p className="mb-2 text-muted text-sm">{t('learners')}</p>
      <ul className="flex flex-wrap gap-2">
        {members.map((member) => (
          <li key={member.memberId} className="max-sm:w-full">
            <Node member={member} />
          </li>
        ))}
      </ul>
    </div>
  )
}

/** On a phone a rail at the left; else a bar above all followers, which begins and ends at the middle of the outer ones. */
function branchClasses(index: number, count: number): string {
  const isFirst = index === 0
  const isLast = index === count - 1
  return classNames(
    'relative pt-2 pl-6 sm:flex sm:justify-center sm:px-1.5 sm:pt-8',
    'before:absolute before:bg-line-strong max-sm:before:top-0 max-sm:before:left-2 max-sm:before:w-px',
    isLast ? 'max-sm:before:h-9' : 'max-sm:before:h-full',
    'sm:before:top-4 sm:before:h-px',
    count === 1 && 'sm:before:hidden',
    isFirst ? 'sm:before:left-1/2' : 'sm:before:left-0',
    isFirst || isLast ? 'sm:before:w-1/2' : 'sm:before:w-full',
  )
}

/** From the bar down to the member; broken where it does not answer. */
function Stub({ isAnswering }: { isAnswering: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={classNames(
        'absolute border-line-strong max-sm:top-9 max-sm:left-2 max-sm:w-4 max-sm:border-t sm:top-4 sm:left-1/2 sm:h-4 sm:border-l',
        !isAnswering && 'border-dashed',
      )}
    />
  )
}

function Node({ member }: { member: MemberWatchView }) {
  const t = useTranslations('overview')
  const unnamed = useTranslations('clusters.memberTable')
  const { name, role, state, latencyMs } = member
  return (
    <Frame isLeader={role === 'leader'} isSilent={state !== 'up'}>
      <span className="flex items-center justify-between gap-3">
        <span className="min-w-0 truncate font-medium" title={name}>
          {name || unnamed('notStarted')}
        </span>
        <MemberStateBadge state={state} />
      </span>
      <span className="flex items-baseline justify-between gap-3 text-muted text-sm">
        <span>{t(`members.roles.${role}`)}</span>
        {latencyMs === null || state !== 'up' ? null : (
          <span className="tabular-nums">{t('topology.milliseconds', { ms: Math.round(latencyMs * 10) / 10 })}</span>
        )}
      </span>
    </Frame>
  )
}

function NoLeader() {
  const t = useTranslations('overview.topology')
  return (
    <Frame isLeader={false} isSilent>
      <span className="text-center text-muted">{t('noLeader')}</span>
    </Frame>
  )
}

interface FrameProps {
  isLeader: boolean
  isSilent: boolean
  children: ReactNode
}

function Frame({ isLeader, isSilent, children }: FrameProps) {
  return (
    <span
      className={classNames(
        'relative flex w-full min-w-0 flex-col gap-0.5 rounded-lg border px-3 py-2 sm:w-52 sm:max-w-full',
        isLeader ? 'border-accent-line bg-accent-soft' : 'border-line bg-canvas',
        isSilent && 'border-line-strong border-dashed',
      )}
    >
      {children}
    </span>
  )
}
