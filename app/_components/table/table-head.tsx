'use client'

import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { classNames } from '../ui/class-names.ts'
import type { Column } from './column.ts'

export type SortDirection = 'ascending' | 'descending' | 'none'

interface HeadColumn extends Omit<Column<never>, 'cell' | 'clip'> {
  direction: SortDirection
}

interface TableHeadProps {
  columns: readonly HeadColumn[]
  hasActions: boolean
  onSort: (id: string) => void
}

/** Where a column is left out of a narrow table; cards have room for all. The same for its head and its cells. */
export const hiddenBelow = { md: 'sm:max-md:hidden', lg: 'sm:max-lg:hidden', xl: 'sm:max-xl:hidden' } as const

export const cellPadding = 'px-3 first:pl-4 last:pr-4'

/** The heads of the columns; on small screens only what can be sorted by, as a line of buttons. */
export function TableHead({ columns, hasActions, onSort }: TableHeadProps) {
  const t = useTranslations('ui.table')
  const hasSorting = columns.some((column) => column.sortable)
  return (
    <thead
      className={classNames(
        'border-line border-b bg-sunken text-muted text-sm max-sm:block',
        !hasSorting && 'max-sm:sr-only',
      )}
    >
      <tr className="max-sm:flex max-sm:flex-wrap max-sm:gap-1 max-sm:px-2 max-sm:py-1">
        {columns.map((column) => (
          <HeadCell key={column.id} column={column} onSort={onSort} />
        ))}
        {hasActions ? (
          <th scope="col" className={classNames(cellPadding, 'w-12 max-sm:sr-only')}>
            <span className="sr-only">{t('actions')}</span>
          </th>
        ) : null}
      </tr>
    </thead>
  )
}

function HeadCell({ column, onSort }: { column: HeadColumn; onSort: (id: string) => void }) {
  const { id, header, sortable = false, align, width, hideBelow, direction } = column
  return (
    <th
      scope="col"
      aria-sort={sortable ? direction : undefined}
      style={width ? { width } : undefined}
      className={classNames(
        cellPadding,
        'h-9 font-medium whitespace-nowrap',
        align === 'end' && 'text-right',
        hideBelow && hiddenBelow[hideBelow],
        sortable ? 'max-sm:h-auto max-sm:p-0!' : 'max-sm:sr-only',
      )}
    >
      {sortable ? (
        <button
          type="button"
          onClick={() => onSort(id)}
          className={classNames(
            '-mx-1.5 inline-flex h-7 items-center gap-1 rounded-md px-1.5 font-medium hover:bg-hover hover:text-ink max-sm:mx-0',
            direction !== 'none' && 'text-ink',
          )}
        >
          {header}
          <SortIcon direction={direction} />
        </button>
      ) : (
        header
      )}
    </th>
  )
}

function SortIcon({ direction }: { direction: SortDirection }) {
  if (direction === 'ascending') return <ArrowUp aria-hidden="true" className="size-3.5" />
  if (direction === 'descending') return <ArrowDown aria-hidden="true" className="size-3.5" />
  return <ChevronsUpDown aria-hidden="true" className="size-3.5 text-faint" />
}
