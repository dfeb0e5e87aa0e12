'use client'

import { useTranslations } from 'next-intl'
import { useShownBackup } from '#app/_components/backups/use-shown-backup.ts'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { Skeleton } from '#app/_components/ui/skeleton.tsx'
import { BackupList } from './backup-list.tsx'
import { BackupTimeline } from './backup-timeline.tsx'
import { DrillList } from './drill-list.tsx'
import { LastFailure } from './last-failure.tsx'
import { ObstacleNote } from './obstacle-note.tsx'
import { PlanForm } from './plan/plan-form.tsx'
import { ProtectionCards } from './protection-cards.tsx'
import { ProtectionPanel } from './protection-panel.tsx'
import { useBackupPlan } from './use-backup-plan.ts'
import { useClusterWork } from './use-cluster-work.ts'
import { useProtectionActions } from './use-protection-actions.ts'

/** How well one cluster is protected, its backups and what proves them, and by what plan they are taken. */
export function BackupsTab({ clusterId }: { clusterId: string }) {
  const { plan, error } = useBackupPlan(clusterId)
  const work = useClusterWork(clusterId)
  const actions = useProtectionActions(clusterId)
  const shown = useShownBackup()
  if (!plan) return error ? <FailureAlert error={error} /> : <Waiting />
  return (
    <div className="flex flex-col gap-5">
      <FailureAlert error={error} />
      <ProtectionPanel plan={plan} work={work} actions={actions} />
      {plan.obstacle ? <ObstacleNote clusterId={clusterId} obstacle={plan.obstacle} actions={actions} /> : null}
      {plan.obstacle === null ? <LastFailure clusterId={clusterId} /> : null}
      <ProtectionCards plan={plan} />
      <BackupTimeline clusterId={clusterId} onOpen={shown.open} />
      <BackupList clusterId={clusterId} shown={shown} />
      <DrillList clusterId={clusterId} />
      <PlanForm clusterId={clusterId} plan={plan} />
    </div>
  )
}

function Waiting() {
  const t = useTranslations('cluster-backups')
  return (
    <div className="flex flex-col gap-5">
      <p role="status" className="sr-only">
        {t('loading')}
      </p>
      <Skeleton className="h-24" />
      <Skeleton className="h-28" />
      <Skeleton className="h-60" />
    </div>
  )
}
