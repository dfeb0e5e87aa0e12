'use client'

import { Activity, Ban, RotateCcw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { DataTable } from '#app/_components/table/data-table.tsx'
import { useTableState } from '#app/_components/table/table-state.ts'
import { TableToolbar } from '#app/_components/table/table-toolbar.tsx'
import { useTablePage } from '#app/_components/table/use-table-page.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { ConfirmDialog } from '#app/_components/ui/confirm-dialog.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import type { SubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import { useSubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import type { FirstPage } from '#app/(console)/_visit/first-page.ts'
import type { JobView } from '#lib/contracts/jobs.ts'
import { jobKinds, jobStates, jobView } from '#lib/contracts/jobs.ts'
import { useJobName, useKindName } from './job-names.ts'
import { JobSheet } from './job-sheet.tsx'
import type { JobActions } from './use-job-actions.ts'
import { useJobActions } from './use-job-actions.ts'
import { useJobColumns } from './use-job-columns.tsx'

const filters = ['state', 'kind'] as const
const choices = { state: jobStates, kind: jobKinds }
/** Jobs tell of themselves; this is for what a worker that died could not tell. */
const lookAgainMs = 30_000

/** What runs in the background for the team, the newest first, as it goes on. */
export function ActivityView({ initialPage }: { initialPage: FirstPage<JobView> | undefined }) {
  const t = useTranslations('activity')
  const nameOf = useJobName()
  const state = useTableState({ filters, choices })
  const page = useTablePage({
    path: '/jobs',
    row: jobView,
    state,
    refetchIntervalMs: lookAgainMs,
    ...(initialPage ? { initialPage } : {}),
  })
  const actions = useJobActions()
  const shown = useSubjectDialog<JobView>()
  const cancelling = useSubjectDialog<JobView>()
  const columns = useJobColumns(shown.open)
  // The row goes on changing while its sheet is open.
  const current = page.rows.find(({ id }) => id === shown.subject?.id) ?? shown.subject
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <DataTable
        label={t('title')}
        columns={columns}
        idOf={(job) => job.id}
        page={page}
        state={state}
        toolbar={<Toolbar state={state} />}
        empty={<NothingYet />}
        actions={{
          nameOf,
          entriesOf: (job) => [
            ...(actions.canCancel(job)
              ? [
                  {
                    id: 'cancel',
                    label: t('cancel'),
                    icon: <Ban aria-hidden="true" />,
                    tone: 'danger' as const,
                    onSelect: () => cancelling.open(job),
                  },
                ]
              : []),
            ...(actions.canRetry(job)
              ? [
                  {
                    id: 'retry',
                    label: t('retry'),
                    icon: <RotateCcw aria-hidden="true" />,
                    onSelect: () => void actions.retry(job),
                  },
                ]
              : []),
          ],
        }}
      />
      <JobSheet
        job={current}
        open={shown.isOpen}
        onOpenChange={shown.setOpen}
        footer={
          current && (actions.canCancel(current) || actions.canRetry(current)) ? (
            <SheetActions job={current} actions={actions} cancelling={cancelling} />
          ) : null
        }
      />
      <CancelDialog dialog={cancelling} actions={actions} />
    </>
  )
}

function Toolbar({ state }: { state: ReturnType<typeof useTableState> }) {
  const t = useTranslations('activity')
  const nameOf = useKindName()
  return (
    <TableToolbar
      state={state}
      filters={[
        {
          id: 'state',
          label: t('filter.state'),
          options: jobStates.map((value) => ({ value, label: t(`states.${value}`) })),
        },
        { id: 'kind', label: t('filter.kind'), options: jobKinds.map((value) => ({ value, label: nameOf(value) })) },
      ]}
    />
  )
}

function NothingYet() {
  const t = useTranslations('activity.empty')
  return (
    <EmptyState
      icon={<Activity aria-hidden="true" />}
      title={t('title')}
      description={t('description')}
      steps={[
        { title: t('steps.askTitle'), description: t('steps.ask') },
        { title: t('steps.watchTitle'), description: t('steps.watch') },
        { title: t('steps.mendTitle'), description: t('steps.mend') },
      ]}
    />
  )
}

interface ActionProps {
  job: JobView
  actions: JobActions
  cancelling: SubjectDialog<JobView>
}

function SheetActions({ job, actions, cancelling }: ActionProps) {
  const t = useTranslations('activity')
  if (actions.canCancel(job)) {
    return (
      <Button variant="danger" icon={<Ban aria-hidden="true" />} onClick={() => cancelling.open(job)}>
        {t('cancel')}
      </Button>
    )
  }
  return (
    <Button icon={<RotateCcw aria-hidden="true" />} onClick={() => void actions.retry(job)}>
      {t('retry')}
    </Button>
  )
}

function CancelDialog({ dialog, actions }: { dialog: SubjectDialog<JobView>; actions: JobActions }) {
  const t = useTranslations('activity')
  const nameOf = useJobName()
  const { subject: job } = dialog
  if (!job) return null
  return (
    <ConfirmDialog
      key={dialog.key}
      open={dialog.isOpen}
      onOpenChange={dialog.setOpen}
      title={t('cancelTitle', { name: nameOf(job) })}
      description={t('cancelDescription')}
      confirmLabel={t('cancelConfirm')}
      backLabel={t('cancelBack')}
      onConfirm={() => actions.cancel(job)}
    />
  )
}
