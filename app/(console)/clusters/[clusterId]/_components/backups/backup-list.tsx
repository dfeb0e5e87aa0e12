'use client'

import { DatabaseBackup } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { BackupSheet } from '#app/_components/backups/backup-sheet.tsx'
import { useBackupActions } from '#app/_components/backups/use-backup-actions.tsx'
import { useBackupColumns } from '#app/_components/backups/use-backup-columns.tsx'
import type { ShownBackup } from '#app/_components/backups/use-shown-backup.ts'
import { DataTable } from '#app/_components/table/data-table.tsx'
import type { TableState } from '#app/_components/table/table-state.ts'
import { useTableState } from '#app/_components/table/table-state.ts'
import { TableToolbar } from '#app/_components/table/table-toolbar.tsx'
import { useTablePage } from '#app/_components/table/use-table-page.ts'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { useInstantText } from '#app/_components/ui/use-instant-text.ts'
import { backupView } from '#lib/contracts/backup-catalogue.ts'
import { backupStatuses } from '#lib/contracts/backups.ts'

const filters = ['state'] as const
const choices = { state: backupStatuses }
const pageSize = 20

/** The backups of one cluster, newest first, with everything that can be done with each. */
export function BackupList({ clusterId, shown }: { clusterId: string; shown: ShownBackup }) {
  const t = useTranslations('cluster-backups.list')
  const timeText = useInstantText()
  const table = useTableState({ prefix: 'backup-', pageSize, filters, choices, defaultSort: '-createdAt' })
  const ofCluster: TableState = useMemo(() => ({ ...table, query: { ...table.query, clusterId } }), [table, clusterId])
  const page = useTablePage({ path: '/backups', row: backupView, state: ofCluster })
  const columns = useBackupColumns({ onOpen: shown.open, withCluster: false })
  const actions = useBackupActions()
  return (
    <section>
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="font-semibold text-lg">{t('title')}</h2>
        <TextLink href="/backups">{t('all')}</TextLink>
      </div>
      <DataTable
        label={t('label')}
        columns={columns}
        idOf={(backup) => backup.id}
        page={page}
        state={ofCluster}
        toolbar={<StateFilter state={ofCluster} />}
        actions={{
          nameOf: ({ takenAt, createdAt }) => timeText(takenAt ?? createdAt),
          entriesOf: actions.entriesOf,
        }}
        empty={
          <EmptyState icon={<DatabaseBackup aria-hidden="true" />} title={t('empty')} description={t('emptyHint')} />
        }
      />
      <BackupSheet shown={shown} known={page.rows} />
      {actions.dialogs}
    </section>
  )
}

function StateFilter({ state }: { state: TableState }) {
  const t = useTranslations('backups')
  const options = backupStatuses.map((value) => ({ value, label: t(`states.${value}`) }))
  return <TableToolbar state={state} filters={[{ id: 'state', label: t('filter.state'), options }]} />
}
