'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import { classNames } from '../ui/class-names.ts'
import type { Column } from './column.ts'
import { rowOpener, rowOpenerClasses } from './row-steps.ts'
import { cellPadding, hiddenBelow } from './table-head.tsx'

interface TableRowProps<Row> {
  columns: readonly Column<Row>[]
  /** In the order of the columns. */
  cells: readonly { id: string; content: ReactNode; whole: string | undefined }[]
  href: string | undefined
  actions: ReactNode
}

/** One row: a line of the table, or a card with named values where the window is narrow. */
export function TableRow<Row>({ columns, cells, href, actions }: TableRowProps<Row>) {
  return (
    <tr className="relative border-line border-b transition-colors duration-75 last:border-b-0 focus-within:bg-hover hover:bg-hover max-sm:block max-sm:px-4 max-sm:py-3">
      {columns.map((column, index) => (
        <Cell key={column.id} column={column} href={column.isTitle ? href : undefined} whole={cells[index]?.whole}>
          {cells[index]?.content}
        </Cell>
      ))}
      {actions === undefined ? null : (
        <td
          className={classNames(
            cellPadding,
            'w-12 py-1 text-right max-sm:absolute max-sm:top-2 max-sm:right-0',
            aboveRowLink,
          )}
        >
          {actions}
        </td>
      )}
    </tr>
  )
}

/** What can be pressed or pointed at inside a row stays above the link that covers the row. */
const aboveRowLink = '[&_:is(a,button,time)]:relative [&_:is(a,button,time)]:z-1'

interface CellProps<Row> {
  column: Column<Row>
  href: string | undefined
  /** The text of a cell that may be cut off. */
  whole: string | undefined
  children: ReactNode
}

function Cell<Row>({ column, href, whole, children }: CellProps<Row>) {
  const content = href ? <TitleLink href={href}>{children}</TitleLink> : children
  return (
    <td
      title={whole}
      className={classNames(
        cellPadding,
        'h-10 min-w-0 py-1.5 max-sm:h-auto max-sm:p-0! max-sm:[overflow-wrap:anywhere]',
        // A column gives way down to its longest word; words longer than a third of the table are broken after all.
        whole === undefined ? 'wrap-break-word sm:max-w-[33cqw]' : 'sm:max-w-0 sm:truncate',
        column.align === 'end' && 'text-right',
        column.hideBelow && hiddenBelow[column.hideBelow],
        column.isTitle
          ? 'max-sm:block max-sm:pr-8! max-sm:pb-1! max-sm:font-medium'
          : 'max-sm:flex max-sm:items-baseline max-sm:justify-between max-sm:gap-4 max-sm:py-0.5!',
      )}
    >
      {column.isTitle ? null : (
        <span aria-hidden="true" className="shrink-0 text-muted text-sm sm:hidden">
          {column.header}
        </span>
      )}
      <span className={classNames('min-w-0', !column.isTitle && 'max-sm:text-right', !column.isTitle && aboveRowLink)}>
        {content}
      </span>
    </td>
  )
}

function TitleLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} {...rowOpener} className={classNames(rowOpenerClasses, 'font-medium')}>
      {children}
    </Link>
  )
}
