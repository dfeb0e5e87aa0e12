import { classNames } from '../ui/class-names.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import type { Column } from './column.ts'
import { cellPadding, hiddenBelow } from './table-head.tsx'

const lines = ['w-3/5', 'w-2/5', 'w-1/2', 'w-2/3', 'w-1/3']

interface TableSkeletonProps<Row> {
  columns: readonly Column<Row>[]
  hasActions: boolean
}

/** Rows in the shape of what is coming. */
export function TableSkeleton<Row>({ columns, hasActions }: TableSkeletonProps<Row>) {
  return lines.map((width) => (
    <tr key={width} className="border-line border-b last:border-b-0 max-sm:block max-sm:px-4 max-sm:py-3">
      {columns.map((column) => (
        <td
          key={column.id}
          className={classNames(
            cellPadding,
            'h-10 max-sm:block max-sm:h-6 max-sm:p-0!',
            column.hideBelow && hiddenBelow[column.hideBelow],
          )}
        >
          <Skeleton className={width} />
        </td>
      ))}
      {hasActions ? <td className="max-sm:hidden" /> : null}
    </tr>
  ))
}
