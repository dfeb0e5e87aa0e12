'use client'

import { Archive, Database, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { Column } from '#app/_components/table/column.ts'
import { DataTable } from '#app/_components/table/data-table.tsx'
import { useTableState } from '#app/_components/table/table-state.ts'
import { TableToolbar } from '#app/_components/table/table-toolbar.tsx'
import type { TablePage } from '#app/_components/table/use-table-page.ts'
import { staticPage } from '#app/_components/table/use-table-page.ts'
import { Badge } from '#app/_components/ui/badge.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import type { SampleCluster } from './sample-clusters.ts'
import { sampleClusters, stateTones } from './sample-clusters.ts'

const filters = ['q', 'state'] as const

export function TableSection() {
  const t = useTranslations('gallery.table')
  const status = useTranslations('gallery.status')
  const columns = useColumns()
  const state = useTableState({ filters, defaultSort: 'name' })
  const rows = sampleClusters
    .filter((row) => row.name.includes(state.filters.q ?? ''))
    .filter((row) => !state.filters.state || row.state === state.filters.state)
    .toSorted((a, b) => a.name.localeCompare(b.name) * (state.sort.startsWith('-') ? -1 : 1))
  const page: TablePage<SampleCluster> = { ...staticPage(rows), nextCursor: rows.length > 1 ? 'next' : null }
  return (
    <div className="flex flex-col gap-4">
      <DataTable
        label={t('label')}
        columns={columns}
        idOf={(row) => row.id}
        page={page}
        state={state}
        hrefOf={(row) => `/gallery?cluster=${row.id}`}
        toolbar={
          <TableToolbar
            state={state}
            searchLabel={t('search')}
            filters={[
              {
                id: 'state',
                label: t('filter'),
                options: (['healthy', 'degraded', 'failed', 'unknown'] as const).map((value) => ({
                  value,
                  label: status(value),
                })),
              },
            ]}
          />
        }
        empty={<EmptyState icon={<Database aria-hidden="true" />} title={t('emptyTitle')} level={3} />}
        actions={{
          nameOf: (row) => row.name,
          entriesOf: () => [
            {
              id: 'backup',
              label: t('backup'),
              icon: <Archive aria-hidden="true" />,
              onSelect: () => toast.ok(t('backup')),
            },
            { id: 'line', separator: true },
            {
              id: 'remove',
              label: t('remove'),
              icon: <Trash2 aria-hidden="true" />,
              tone: 'danger',
              onSelect: () => undefined,
            },
          ],
        }}
      />
      <DataTable
        label={t('loadingLabel')}
        columns={columns}
        idOf={(row) => row.id}
        page={{ ...staticPage<SampleCluster>([]), isLoading: true }}
        empty={null}
      />
    </div>
  )
}

function useColumns(): readonly Column<SampleCluster>[] {
  const t = useTranslations('gallery.table')
  const status = useTranslations('gallery.status')
  return useMemo(
    () => [
      { id: 'name', header: t('name'), isTitle: true, sortable: true, cell: (row) => row.name },
      {
        id: 'status',
        header: t('status'),
        cell: (row) => <Badge tone={stateTones[row.state]}>{status(row.state)}</Badge>,
      },
      { id: 'members', header: t('members'), align: 'end', hideBelow: 'md', cell: (row) => row.members },
      { id: 'size', header: t('size'), align: 'end', sortable: true, cell: (row) => row.size },
      { id: 'version', header: t('version'), hideBelow: 'lg', cell: (row) => row.version },
      { id: 'seen', header: t('seen'), cell: (row) => <Time value={row.seenAt} /> },
    ],
    [t, status],
  )
}
