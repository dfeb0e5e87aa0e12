'use client'

import { Activity } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { DataTable } from '#app/_components/table/data-table.tsx'
import type { TableState } from '#app/_components/table/table-state.ts'
import { useTableState } from '#app/_components/table/table-state.ts'
import { useTablePage } from '#app/_components/table/use-table-page.ts'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { useSubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import { JobSheet } from '#app/(console)/activity/_components/job-sheet.tsx'
import { useJobColumns } from '#app/(console)/activity/_components/use-job-columns.tsx'
import type { JobView } from '#lib/contracts/jobs.ts'
import { jobView } from '#lib/contracts/jobs.ts'

const pageSize = 20

/** Background work about this cluster, the newest first. */
export function ActivityTab({ clusterId }: { clusterId: string }) {
  const t = useTranslations('clusters.activity')
  const state = useTableState({ prefix: 'job-', pageSize })
  const ofCluster: TableState = useMemo(
    () => ({ ...state, query: { ...state.query, subject: clusterId } }),
    [state, clusterId],
  )
  const page = useTablePage({ path: '/jobs', row: jobView, state: ofCluster })
  const shown = useSubjectDialog<JobView>()
  const columns = useJobColumns(shown.open)
  const current = page.rows.find(({ id }) => id === shown.subject?.id) ?? shown.subject
  return (
    <>
      <DataTable
        label={t('label')}
        columns={columns}
        idOf={(job) => job.id}
        page={page}
        state={ofCluster}
        empty={<EmptyState icon={<Activity aria-hidden="true" />} title={t('empty')} description={t('emptyHint')} />}
      />
      <JobSheet job={current} open={shown.isOpen} onOpenChange={shown.setOpen} footer={null} />
    </>
  )
}
