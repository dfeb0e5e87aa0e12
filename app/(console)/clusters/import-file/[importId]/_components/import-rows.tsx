'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { Column } from '#app/_components/table/column.ts'
import { DataTable } from '#app/_components/table/data-table.tsx'
import type { TableState } from '#app/_components/table/table-state.ts'
import { useTableState } from '#app/_components/table/table-state.ts'
import { useTablePage } from '#app/_components/table/use-table-page.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { isUnderWay, RowState } from '#app/(console)/clusters/import-file/_components/import-state.tsx'
import type {
  ClusterImportView,
  ImportFormat,
  ImportRowView,
  RowState as StateOfRow,
} from '#lib/contracts/cluster-imports.ts'
import { importRowView, rowStates } from '#lib/contracts/cluster-imports.ts'
import { RowProblems } from './row-problems.tsx'

const filters = ['state'] as const
const choices = { state: rowStates }
const lookAgainMs = 1_000
/** What becomes of rows that stay out. */
const inTheWay = new Set<StateOfRow>(['refused', 'failed'])

/** The rows of a list as they are by now, in its order. */
export function ImportRows({ record }: { record: ClusterImportView }) {
  const t = useTranslations('cluster-imports.rows')
  const state = useTableState({ filters, choices })
  const page = useTablePage({
    path: `/cluster-imports/${record.id}/rows`,
    row: importRowView,
    state,
    ...(isUnderWay(record.state) ? { refetchIntervalMs: lookAgainMs } : {}),
  })
  const columns = useColumns(record.format)
  return (
    <div className="mt-5">
      <DataTable
        label={t('label')}
        columns={columns}
        idOf={({ number }) => String(number)}
        page={page}
        state={state}
        toolbar={<StateFilter record={record} state={state} />}
        empty={<EmptyState title={t('nothing')} level={3} />}
      />
    </div>
  )
}

/** How many rows are in which state; pressed, only those are shown. */
function StateFilter({ record, state }: { record: ClusterImportView; state: TableState }) {
  const t = useTranslations('cluster-imports')
  const asked = state.filters.state ?? ''
  const known = rowStates.filter((value) => record.counts[value] !== undefined || value === asked)
  const choice = (value: string, label: string) => (
    <Button
      key={value}
      size="sm"
      variant={asked === value ? 'secondary' : 'ghost'}
      aria-pressed={asked === value}
      onClick={() => state.setFilter('state', value)}
    >
      {label}
    </Button>
  )
  return (
    <fieldset className="flex flex-wrap gap-1">
      <legend className="sr-only">{t('rows.filter')}</legend>
      {choice('', t('filtered', { state: t('rows.all'), count: record.rowsTotal }))}
      {known.map((value) =>
        choice(value, t('filtered', { state: t(`rowStates.${value}`), count: record.counts[value] ?? 0 })),
      )}
    </fieldset>
  )
}

function useColumns(format: ImportFormat) {
  const t = useTranslations('cluster-imports.rows')
  return useMemo<Column<ImportRowView>[]>(
    () => [
      { id: 'number', header: t(`number.${format}`), align: 'end', width: '4.5rem', cell: ({ number }) => number },
      {
        id: 'name',
        header: t('name'),
        isTitle: true,
        width: '16rem',
        cell: ({ name, clusterId }) => {
          if (clusterId) return <TextLink href={`/clusters/${clusterId}`}>{name}</TextLink>
          return name || <span className="text-muted">{t('nameless')}</span>
        },
      },
      { id: 'state', header: t('state'), width: '11rem', cell: ({ state }) => <RowState state={state} /> },
      {
        id: 'problems',
        header: t('problems'),
        cell: ({ state, problems }) => (
          <RowProblems format={format} problems={problems} isInTheWay={inTheWay.has(state)} />
        ),
      },
    ],
    [t, format],
  )
}
