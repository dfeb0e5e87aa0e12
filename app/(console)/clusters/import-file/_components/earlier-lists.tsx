'use client'

import { FileSpreadsheet } from 'lucide-react'
import { useFormatter, useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { Column } from '#app/_components/table/column.ts'
import { DataTable } from '#app/_components/table/data-table.tsx'
import { useTableState } from '#app/_components/table/table-state.ts'
import { useTablePage } from '#app/_components/table/use-table-page.ts'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import type { FirstPage } from '#app/(console)/_visit/first-page.ts'
import type { ClusterImportView } from '#lib/contracts/cluster-imports.ts'
import { clusterImportView } from '#lib/contracts/cluster-imports.ts'
import { ImportState } from './import-state.tsx'

/** Lists handed in before, the newest first. */
export function EarlierLists({ initialPage }: { initialPage: FirstPage<ClusterImportView> | undefined }) {
  const t = useTranslations('cluster-imports')
  const state = useTableState()
  const page = useTablePage({
    path: '/cluster-imports',
    row: clusterImportView,
    state,
    ...(initialPage ? { initialPage } : {}),
  })
  const columns = useColumns()
  return (
    <section className="mt-8">
      <h2 className="mb-3 font-semibold text-lg">{t('earlier.title')}</h2>
      <DataTable
        label={t('earlier.title')}
        columns={columns}
        idOf={({ id }) => id}
        hrefOf={({ id }) => `/clusters/import-file/${id}`}
        page={page}
        state={state}
        empty={
          <EmptyState
            icon={<FileSpreadsheet aria-hidden="true" />}
            title={t('earlier.empty')}
            description={t('earlier.emptyDescription')}
            level={3}
          />
        }
      />
    </section>
  )
}

function useColumns() {
  const t = useTranslations('cluster-imports')
  const formatter = useFormatter()
  return useMemo<Column<ClusterImportView>[]>(
    () => [
      { id: 'name', header: t('earlier.name'), isTitle: true, cell: ({ fileName }) => fileName || t('pasted') },
      { id: 'state', header: t('earlier.state'), cell: ({ state }) => <ImportState state={state} /> },
      {
        id: 'rows',
        header: t('earlier.rows'),
        align: 'end',
        cell: ({ rowsTotal }) => formatter.number(rowsTotal),
      },
      { id: 'by', header: t('earlier.by'), hideBelow: 'md', cell: ({ createdBy }) => createdBy },
      { id: 'at', header: t('earlier.at'), cell: ({ createdAt }) => <Time value={createdAt} /> },
    ],
    [t, formatter],
  )
}
