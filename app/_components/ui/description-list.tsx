import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export interface Description {
  term: ReactNode
  /** Nothing known is shown as a dash. */
  detail: ReactNode
}

export interface DescriptionListProps {
  items: readonly (Description & { id: string })[]
  /** `rows`: term left, detail right, with lines between; `grid`: cards of term over detail. Default `rows`. */
  layout?: 'rows' | 'grid'
}

const missing = '—'

/** Facts about one thing. */
export function DescriptionList({ items, layout = 'rows' }: DescriptionListProps) {
  const isGrid = layout === 'grid'
  return (
    <dl className={isGrid ? 'grid grid-cols-2 gap-x-6 gap-y-4 md:grid-cols-4' : 'divide-y divide-line'}>
      {items.map((item) => (
        <div
          key={item.id}
          className={classNames(
            'min-w-0',
            !isGrid && 'grid gap-x-6 gap-y-0.5 py-2 sm:grid-cols-[11rem_1fr] sm:items-baseline',
          )}
        >
          <dt className="text-muted text-sm">{item.term}</dt>
          <dd className="min-w-0 tabular-nums [overflow-wrap:anywhere]">{item.detail ?? missing}</dd>
        </div>
      ))}
    </dl>
  )
}
