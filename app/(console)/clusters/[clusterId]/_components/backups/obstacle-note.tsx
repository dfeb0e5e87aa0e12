'use client'

import { useTranslations } from 'next-intl'
import { Alert } from '#app/_components/ui/alert.tsx'
import { Button, ButtonLink } from '#app/_components/ui/button.tsx'
import { CodeBlock } from '#app/_components/ui/code-block.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import { rootCommands } from '#app/(console)/clusters/_components/etcd-commands.ts'
import type { BackupPlanView } from '#lib/contracts/backup-plans.ts'
import type { ProtectionActions } from './use-protection-actions.ts'

interface ObstacleNoteProps {
  clusterId: string
  obstacle: NonNullable<BackupPlanView['obstacle']>
  actions: ProtectionActions
}

/** What keeps the cluster from being backed up, and the way out of it. */
export function ObstacleNote({ clusterId, obstacle, actions }: ObstacleNoteProps) {
  const t = useTranslations('cluster-backups.obstacles')
  const { can } = usePermissions()
  const isAsked = obstacle === 'no-target' && !can('storage-targets:write')
  return (
    <Alert
      tone="warn"
      live={false}
      title={t(`${obstacle}.title`)}
      action={<WayOut clusterId={clusterId} obstacle={obstacle} actions={actions} />}
    >
      <p>{isAsked ? t('no-target.ask') : t(`${obstacle}.text`)}</p>
      {obstacle === 'needs-root' ? (
        <div className="mt-2 max-w-xl">
          <CodeBlock title={t('needs-root.commands')} code={rootCommands} />
        </div>
      ) : null}
    </Alert>
  )
}

function WayOut({ clusterId, obstacle, actions }: ObstacleNoteProps) {
  const t = useTranslations('cluster-backups.obstacles')
  const { can } = usePermissions()
  if (obstacle === 'switched-off' && can('backups:write')) {
    return (
      <Button size="sm" loading={actions.switchOn.isSending} onClick={actions.switchOn.ask}>
        {t('switched-off.action')}
      </Button>
    )
  }
  if (obstacle === 'no-target' && can('storage-targets:write')) {
    return (
      <ButtonLink size="sm" href="/storage">
        {t('no-target.action')}
      </ButtonLink>
    )
  }
  if (obstacle === 'needs-root' && can('clusters:write')) {
    return (
      <ButtonLink size="sm" href={`/clusters/${clusterId}?tab=access`}>
        {t('needs-root.action')}
      </ButtonLink>
    )
  }
  return null
}
