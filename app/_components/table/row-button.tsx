import type { ReactNode } from 'react'
import { classNames } from '../ui/class-names.ts'
import { rowOpener, rowOpenerClasses } from './row-steps.ts'

/** In the title of a row without an address of its own: opens it, as by a sheet beside the table. */
export function RowButton({ onOpen, children }: { onOpen: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      onClick={onOpen}
      {...rowOpener}
      className={classNames(rowOpenerClasses, 'max-w-full text-left font-medium')}
    >
      {children}
    </button>
  )
}
