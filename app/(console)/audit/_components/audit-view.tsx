'use client'

import { ScrollText } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { DataTable } from '#app/_components/table/data-table.tsx'
import { useTablePage } from '#app/_components/table/use-table-page.ts'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { useSubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import type { FirstPage } from '#app/(console)/_visit/first-page.ts'
import type { AuditEventView } from '#lib/contracts/audit.ts'
import { auditEventView } from '#lib/contracts/audit.ts'
import { AuditEventSheet } from './audit-event-sheet.tsx'
import { useAuditState } from './audit-state.ts'
import { AuditToolbar } from './audit-toolbar.tsx'
import { ChainNote } from './chain-note.tsx'
import { ExportMenu } from './export-menu.tsx'
import { useAuditColumns } from './use-audit-columns.tsx'

/** Everything that was changed in the team, newest first. */
export function AuditView({ initialPage }: { initialPage: FirstPage<AuditEventView> | undefined }) {
  const t = useTranslations('audit')
  const state = useAuditState()
  const page = useTablePage({
    path: '/audit-events',
    row: auditEventView,
    state,
    ...(initialPage ? { initialPage } : {}),
  })
  const shown = useSubjectDialog<AuditEventView>()
  const columns = useAuditColumns(shown.open)
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={<ExportMenu filter={state.filter} isFiltered={state.isFiltered} />}
      />
      <div className="flex flex-col gap-5">
        <DataTable
          label={t('title')}
          columns={columns}
          idOf={(event) => event.seq}
          page={page}
          state={state}
          toolbar={<AuditToolbar state={state} />}
          empty={
            <EmptyState
              icon={<ScrollText aria-hidden="true" />}
              title={t('empty.title')}
              description={t('empty.description')}
            />
          }
        />
        <ChainNote />
      </div>
      <AuditEventSheet event={shown.subject} open={shown.isOpen} onOpenChange={shown.setOpen} />
    </>
  )
}
