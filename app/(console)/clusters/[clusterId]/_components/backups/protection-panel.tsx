'use client'

import { DatabaseBackup, ShieldCheck } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useId } from 'react'
import { useQuantityText } from '#app/_components/backups/use-quantity-text.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { classNames } from '#app/_components/ui/class-names.ts'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import type { Tone } from '#app/_components/ui/tone.tsx'
import { softTones, toneIcons } from '#app/_components/ui/tone.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { BackupPlanView, ProtectionState } from '#lib/contracts/backup-plans.ts'
import type { ClusterWork } from './use-cluster-work.ts'
import type { ProtectionActions } from './use-protection-actions.ts'
import { WorkProgress } from './work-progress.tsx'

const tones: Record<ProtectionState, Tone> = {
  off: 'unknown',
  waiting: 'warn',
  protected: 'ok',
  late: 'warn',
  unprotected: 'danger',
}

interface ProtectionPanelProps {
  plan: BackupPlanView
  work: ClusterWork
  actions: ProtectionActions
}

/** How well the cluster is protected, in one sentence; what is under way; and the two things that can be asked for. */
export function ProtectionPanel({ plan, work, actions }: ProtectionPanelProps) {
  const t = useTranslations('cluster-backups.protection')
  const tone = tones[plan.state]
  const word = t(`states.${plan.state}`)
  return (
    <section
      aria-label={t('label')}
      className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-4 shadow-card sm:px-5"
    >
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
        <span
          className={classNames(
            'inline-flex size-10 shrink-0 items-center justify-center rounded-xl border [&_svg]:size-5',
            softTones[tone],
          )}
        >
          {toneIcons[tone]}
        </span>
        <div className="min-w-0 flex-1 basis-80">
          <p className="text-lg [overflow-wrap:anywhere]">
            <strong className="inline-block font-semibold first-letter:uppercase">{word}</strong>
            {' · '}
            <Sentence plan={plan} />
          </p>
          <Proof plan={plan} />
          {/* Times tick: what is announced is the state alone. */}
          <p role="status" className="sr-only">
            {word}
          </p>
        </div>
        <Actions plan={plan} work={work} actions={actions} />
      </div>
      {work.backup ? <WorkProgress job={work.backup} kind="backup" /> : null}
      {work.drill ? <WorkProgress job={work.drill} kind="drill" /> : null}
    </section>
  )
}

function Sentence({ plan }: { plan: BackupPlanView }) {
  const t = useTranslations('cluster-backups.protection')
  const { duration } = useQuantityText()
  const { state, obstacle, lastVerified, nextDueAt, rpoSeconds } = plan
  const time = () => (lastVerified ? <Time value={lastVerified.takenAt} /> : null)
  if (state === 'off') {
    const why = obstacle === 'paused' ? t('paused') : t('off')
    return lastVerified ? [why, ' ', t.rich('offLast', { time })] : why
  }
  if (state === 'waiting') {
    const isPlanned = obstacle === null && nextDueAt !== null
    return isPlanned
      ? [t('waiting'), ' ', t.rich('waitingNext', { time: () => <Time value={nextDueAt} /> })]
      : t('waiting')
  }
  return t.rich(state, { time, rpo: duration(rpoSeconds * 1_000) })
}

function Proof({ plan: { lastProven, lastVerified, rpoSeconds } }: { plan: BackupPlanView }) {
  const t = useTranslations('cluster-backups.protection')
  const { duration } = useQuantityText()
  if (!lastProven) return lastVerified ? <p className="mt-0.5 text-muted">{t('notProven')}</p> : null
  return (
    <p className="mt-0.5 text-muted">
      {t.rich('proven', {
        date: () => <Time value={lastProven.at} format="date" />,
        rto: duration(lastProven.rtoMs),
        rpo: duration(rpoSeconds * 1_000),
      })}{' '}
      <TextLink href={`/drills/${lastProven.id}/certificate`}>{t('certificate')}</TextLink>
    </p>
  )
}

function Actions({ plan, work, actions }: ProtectionPanelProps) {
  const t = useTranslations('cluster-backups.actions')
  const hintId = useId()
  const { whyNot } = usePermissions()
  const denied = whyNot('backups:write')
  const cannotBackUp = denied ?? obstacleWords()
  const cannotProve = denied ?? (plan.lastVerified ? undefined : t('nothingToProve'))
  const isBackingUp = work.backup !== undefined || actions.backUp.isSending
  const isProving = work.drill !== undefined || actions.prove.isSending
  return (
    <div className="flex flex-col items-start gap-1 sm:items-end">
      <div className="flex flex-wrap gap-2">
        <Button
          icon={<ShieldCheck aria-hidden="true" />}
          loading={isProving}
          disabled={cannotProve !== undefined}
          aria-describedby={hintId}
          onClick={actions.prove.ask}
        >
          {isProving ? t('proving') : t('prove')}
        </Button>
        <Button
          variant="primary"
          icon={<DatabaseBackup aria-hidden="true" />}
          loading={isBackingUp}
          disabled={cannotBackUp !== undefined}
          aria-describedby={hintId}
          onClick={actions.backUp.ask}
        >
          {isBackingUp ? t('backingUp') : t('backUp')}
        </Button>
      </div>
      <p id={hintId} className="max-w-72 text-muted text-sm sm:text-right">
        {cannotBackUp ?? cannotProve ?? ''}
      </p>
    </div>
  )

  function obstacleWords(): string | undefined {
    if (plan.obstacle === 'paused') return t('isPaused')
    return plan.targetId === null ? t('noTarget') : undefined
  }
}
