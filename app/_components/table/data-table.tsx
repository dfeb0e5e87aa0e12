'use client'

import type { RowData, SortingState } from '@tanstack/react-table'
import {
  columnVisibilityFeature,
  createColumnHelper,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { Ellipsis } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useMemo } from 'react'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Menu } from '../ui/menu.tsx'
import { Pagination } from '../ui/pagination.tsx'
import type { Column, RowActions } from './column.ts'
import type { SortDirection } from './table-head.tsx'
import { TableHead } from './table-head.tsx'
import { TableNotices } from './table-notices.tsx'
import { TableRow } from './table-row.tsx'
import { TableSkeleton } from './table-skeleton.tsx'
import type { TableState } from './table-state.ts'
import type { TablePage } from './use-table-page.ts'

export interface DataTableProps<Row> {
  /** What the table lists; its accessible name. */
  label: string
  /** Keep stable: module scope or `useMemo`. */
  columns: readonly Column<Row>[]
  idOf: (row: Row) => string
  page: TablePage<Row>
  /** From `useTableState`; leave out for a short list without sorting, filters or pages. */
  state?: TableState
  /** Search and filters: `TableToolbar`. */
  toolbar?: ReactNode
  /** Shown when there is no row at all: an `EmptyState` that says how to make the first. */
  empty: ReactNode
  actions?: RowActions<Row>
  /** Address of a row; its title becomes a link. */
  hrefOf?: (row: Row) => string
}

const features = tableFeatures({ rowSortingFeature, columnVisibilityFeature })

/** A list that the server sorts, filters and pages. Lines become cards where the window is narrow. */
export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  const { label, page, state, toolbar, empty } = props
  const t = useTranslations('ui.table')
  const isEmpty = !page.isLoading && page.problem === null && page.rows.length === 0
  const isFiltered = state?.isFiltered ?? false

  return (
    <div className="min-w-0 overflow-hidden rounded-xl border border-line bg-surface shadow-card">
      {toolbar && (!isEmpty || isFiltered) ? <div className="border-line border-b p-2.5">{toolbar}</div> : null}
      <TableNotices page={page} state={state} />
      {isEmpty && isFiltered && page.searchedBackTo === undefined ? <FilteredEmpty state={state} /> : null}
      {isEmpty && !isFiltered ? empty : null}
      {page.isLoading || page.rows.length > 0 ? (
        <div className="@container overflow-x-auto">
          <Rows {...props} />
        </div>
      ) : null}
      <p role="status" className="sr-only">
        {page.isLoading ? t('loadingOf', { label }) : ''}
      </p>
      <Footer label={label} page={page} state={state} />
    </div>
  )
}

function FilteredEmpty({ state }: { state: TableState | undefined }) {
  const t = useTranslations('ui.table')
  return (
    <div className="p-3">
      <Alert
        tone="neutral"
        title={t('filteredEmpty')}
        action={
          <Button size="sm" onClick={state?.clearFilters}>
            {t('clearFilters')}
          </Button>
        }
      >
        {t('filteredEmptyFix')}
      </Alert>
    </div>
  )
}

function Rows<Row extends RowData>(props: DataTableProps<Row>) {
  const { label, page, state, actions, hrefOf, idOf } = props
  const table = useRows(props)
  return (
    <table
      aria-label={label}
      aria-busy={page.isLoading || page.isStale}
      className="w-full border-collapse text-left max-sm:block"
    >
      <TableHead
        columns={props.columns.map((column) => ({ ...column, direction: directionOf(state?.sort ?? '', column.id) }))}
        hasActions={actions !== undefined}
        onSort={(id) => table.getColumn(id)?.toggleSorting()}
      />
      <tbody className={classNames('max-sm:block', page.isStale && 'opacity-60 transition-opacity delay-150')}>
        {page.isLoading ? <TableSkeleton columns={props.columns} hasActions={actions !== undefined} /> : null}
        {table.getRowModel().rows.map((row) => (
          <TableRow
            key={idOf(row.original)}
            columns={props.columns}
            cells={row.getVisibleCells().map((cell, index) => ({
              id: cell.id,
              content: <table.FlexRender cell={cell} />,
              whole: props.columns[index]?.clip?.(row.original),
            }))}
            href={hrefOf?.(row.original)}
            actions={actions ? <RowMenu row={row.original} actions={actions} /> : undefined}
          />
        ))}
      </tbody>
    </table>
  )
}

/** The table's model: rows as the server sent them, sorting handed on to the address. */
function useRows<Row extends RowData>({ columns, page, state, idOf }: DataTableProps<Row>) {
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>()
    return columns.map((column) =>
      helper.accessor((row): unknown => row, {
        id: column.id,
        header: column.header,
        enableSorting: column.sortable ?? false,
        sortDescFirst: column.descFirst ?? false,
        cell: ({ row }) => column.cell(row.original),
      }),
    )
  }, [columns])
  const data = useMemo(() => [...page.rows], [page.rows])
  const sorting = useMemo(() => sortingOf(state?.sort ?? ''), [state?.sort])
  return useTable({
    features,
    columns: definitions,
    data,
    getRowId: idOf,
    manualSorting: true,
    enableMultiSort: false,
    sortDescFirst: false,
    state: { sorting },
    onSortingChange: (updater) => {
      const next = typeof updater === 'function' ? updater(sorting) : updater
      state?.setSort(sortOf(next))
    },
  })
}

function RowMenu<Row>({ row, actions }: { row: Row; actions: RowActions<Row> }) {
  const t = useTranslations('ui.table')
  const entries = actions.entriesOf(row)
  if (entries.length === 0) return null
  return (
    <Menu
      trigger={
        <IconButton
          size="sm"
          label={t('actionsOf', { name: actions.nameOf(row) })}
          icon={<Ellipsis aria-hidden="true" />}
        />
      }
      entries={entries}
    />
  )
}

interface FooterProps<Row> {
  label: string
  page: TablePage<Row>
  state: TableState | undefined
}

function Footer<Row>({ label, page, state }: FooterProps<Row>) {
  const t = useTranslations('ui.table')
  const { nextCursor } = page
  const hasPages = state !== undefined && (nextCursor !== null || state.cursor !== null)
  if (!hasPages) return null
  return (
    <div className="border-line border-t px-3 py-2">
      <Pagination
        label={t('pagesOf', { label })}
        summary={page.isLoading ? '' : t('rows', { count: page.rows.length })}
        disabled={page.isStale}
        onNext={nextCursor === null ? undefined : () => state.goTo(nextCursor)}
        onPrevious={state.goBack}
        onFirst={state.goFirst}
      />
    </div>
  )
}

function sortingOf(sort: string): SortingState {
  if (sort === '') return []
  return [{ id: sort.replace(/^-/, ''), desc: sort.startsWith('-') }]
}

function sortOf(sorting: SortingState): string {
  const [first] = sorting
  if (first === undefined) return ''
  return first.desc ? `-${first.id}` : first.id
}

function directionOf(sort: string, id: string): SortDirection {
  if (sort === id) return 'ascending'
  return sort === `-${id}` ? 'descending' : 'none'
}
