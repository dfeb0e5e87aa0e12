'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { useQuantityText } from '#app/_components/backups/use-quantity-text.ts'
import type { Column } from '#app/_components/table/column.ts'
import { DataTable } from '#app/_components/table/data-table.tsx'
import { useTableState } from '#app/_components/table/table-state.ts'
import { useTablePage } from '#app/_components/table/use-table-page.ts'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import type { OrphanView } from '#lib/contracts/storage-targets.ts'
import { orphanView } from '#lib/contracts/storage-targets.ts'

const pageSize = 10

/** The objects of a place that belong to no backup, by key. */
export function OrphanList({ targetId }: { targetId: string }) {
  const t = useTranslations('storage.orphans')
  const state = useTableState({ prefix: 'orphan-', pageSize })
  const page = useTablePage({ path: `/storage-targets/${targetId}/orphans`, row: orphanView, state })
  const columns = useOrphanColumns()
  return (
    <DataTable
      label={t('label')}
      columns={columns}
      idOf={(orphan) => orphan.key}
      page={page}
      state={state}
      empty={<EmptyState title={t('none')} level={3} />}
    />
  )
}

function useOrphanColumns(): readonly Column<OrphanView>[] {
  const t = useTranslations('storage.orphans')
  const { size } = useQuantityText()
  return useMemo(
    () => [
      {
        id: 'key',
        header: t('key'),
        isTitle: true,
        cell: ({ key }) => <span className="font-mono text-sm [overflow-wrap:anywhere]">{key}</span>,
      },
      { id: 'size', header: t('size'), cell: ({ sizeBytes }) => size(sizeBytes) },
      { id: 'seenAt', header: t('seenAt'), cell: ({ seenAt }) => <Time value={seenAt} /> },
    ],
    [t, size],
  )
}
