'use client'

import { DatabaseBackup } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { BackupSheet } from '#app/_components/backups/backup-sheet.tsx'
import { useBackupActions } from '#app/_components/backups/use-backup-actions.tsx'
import { useBackupColumns } from '#app/_components/backups/use-backup-columns.tsx'
import { useShownBackup } from '#app/_components/backups/use-shown-backup.ts'
import { DataTable } from '#app/_components/table/data-table.tsx'
import { useTableState } from '#app/_components/table/table-state.ts'
import { useTablePage } from '#app/_components/table/use-table-page.ts'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { FirstPage } from '#app/(console)/_visit/first-page.ts'
import type { BackupView } from '#lib/contracts/backup-catalogue.ts'
import { backupView } from '#lib/contracts/backup-catalogue.ts'
import { backupStatuses } from '#lib/contracts/backups.ts'
import { BackupsToolbar } from './backups-toolbar.tsx'

const filters = ['state', 'targetId', 'clusterId'] as const
const choices = { state: backupStatuses }

/** Changes are told of by events; this is for how long ago they were taken. */
const lookAgainMs = 60_000

/** The backups of every cluster of the team. */
export function BackupsView({ initialPage }: { initialPage: FirstPage<BackupView> | undefined }) {
  const t = useTranslations('backups')
  const state = useTableState({ filters, choices, defaultSort: '-createdAt' })
  const page = useTablePage({
    path: '/backups',
    row: backupView,
    state,
    refetchIntervalMs: lookAgainMs,
    ...(initialPage ? { initialPage } : {}),
  })
  const shown = useShownBackup()
  const columns = useBackupColumns({ onOpen: shown.open })
  const actions = useBackupActions()
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <DataTable
        label={t('table.label')}
        columns={columns}
        idOf={(backup) => backup.id}
        page={page}
        state={state}
        toolbar={<BackupsToolbar state={state} />}
        empty={<NoBackup />}
        actions={{ nameOf: ({ clusterName }) => clusterName, entriesOf: actions.entriesOf }}
      />
      <BackupSheet shown={shown} known={page.rows} />
      {actions.dialogs}
    </>
  )
}

function NoBackup() {
  const t = useTranslations('backups.empty')
  const { can } = usePermissions()
  return (
    <EmptyState
      icon={<DatabaseBackup aria-hidden="true" />}
      title={t('title')}
      description={t('description')}
      action={
        <>
          <ButtonLink href="/clusters">{t('toClusters')}</ButtonLink>
          {can('storage-targets:write') ? (
            <ButtonLink variant="primary" href="/storage/new">
              {t('toStorage')}
            </ButtonLink>
          ) : null}
        </>
      }
      steps={[
        { title: t('steps.storeTitle'), description: t('steps.store') },
        { title: t('steps.checkTitle'), description: t('steps.check') },
        { title: t('steps.proveTitle'), description: t('steps.prove') },
      ]}
    />
  )
}
