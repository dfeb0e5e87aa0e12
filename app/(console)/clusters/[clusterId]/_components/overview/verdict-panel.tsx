'use client'

import { CirclePause, Radar } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useId } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { classNames } from '#app/_components/ui/class-names.ts'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { softTones, toneIcons } from '#app/_components/ui/tone.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { ClusterWatchView, MemberWatchView } from '#lib/contracts/watch.ts'
import { CollectionLine } from './collection-line.tsx'
import { useVerdictSentence } from './use-verdict.ts'
import type { Inspect } from './use-watch.ts'
import type { Standing } from './verdict-of.ts'
import { standingOf, standingTones } from './verdict-of.ts'

interface VerdictPanelProps {
  view: ClusterWatchView
  inspect: Inspect
}

/** How the cluster stands, in a word and a sentence; when it was looked at, and the way to look now. */
export function VerdictPanel({ view, inspect }: VerdictPanelProps) {
  const t = useTranslations('overview')
  const standing = standingOf(view)
  const sentenceOf = useVerdictSentence()
  return (
    <section
      aria-label={t('verdict.label')}
      className="flex flex-wrap items-start gap-x-4 gap-y-3 rounded-xl border border-line bg-surface p-4 shadow-card sm:px-5"
    >
      <StandingMark standing={standing} />
      <div className="min-w-0 flex-1 basis-80">
        <div role="status">
          <p className="text-lg [overflow-wrap:anywhere]">
            <strong className="inline-block font-semibold first-letter:uppercase">
              <StandingWord standing={standing} />
            </strong>
            {` · ${sentenceOf(view)}`}
            <Down members={view.isPaused ? [] : view.members} />
          </p>
        </div>
        <CollectionLine collection={view.collection} isPaused={view.isPaused} />
        <FailureAlert error={inspect.failure} title={t('inspect.failed')} />
      </div>
      <InspectNow isPaused={view.isPaused} inspect={inspect} />
    </section>
  )
}

function StandingMark({ standing }: { standing: Standing }) {
  const tone = standingTones[standing]
  const icon: ReactNode = standing === 'paused' ? <CirclePause aria-hidden="true" /> : toneIcons[tone]
  return (
    <span
      className={classNames(
        'inline-flex size-10 shrink-0 items-center justify-center rounded-xl border [&_svg]:size-5',
        softTones[tone],
      )}
    >
      {icon}
    </span>
  )
}

function StandingWord({ standing }: { standing: Standing }) {
  const t = useTranslations('overview.verdict.states')
  const states = useTranslations('clusters.states')
  return standing === 'paused' || standing === 'never' ? t(standing) : states(standing)
}

/** Who is down, and since when. */
function Down({ members }: { members: readonly MemberWatchView[] }) {
  const t = useTranslations('overview.verdict')
  const unnamed = useTranslations('clusters.memberTable')
  return members
    .filter(({ state }) => state === 'down')
    .map(({ memberId, name, downSince }) => {
      const shown = name || unnamed('notStarted')
      return (
        <span key={memberId}>
          {' '}
          {downSince
            ? t.rich('downSince', { name: shown, time: () => <Time value={downSince} format="absolute" /> })
            : t('down', { name: shown })}
        </span>
      )
    })
}

function InspectNow({ isPaused, inspect }: { isPaused: boolean; inspect: Inspect }) {
  const t = useTranslations('overview.inspect')
  const hintId = useId()
  const { whyNot } = usePermissions()
  const reason = whyNot('clusters:write') ?? (isPaused ? t('isPaused') : undefined)
  const isWaiting = inspect.isWaiting && !isPaused
  return (
    <div className="flex max-w-64 flex-col items-start gap-1 sm:items-end">
      <Button
        variant="primary"
        icon={<Radar aria-hidden="true" />}
        loading={isWaiting}
        disabled={reason !== undefined}
        aria-describedby={hintId}
        onClick={inspect.ask}
      >
        {isWaiting ? t('asked') : t('now')}
      </Button>
      <p id={hintId} role="status" className="text-muted text-sm sm:text-right">
        {reason ?? (isWaiting && inspect.isSlow ? t('slow') : '')}
      </p>
    </div>
  )
}
