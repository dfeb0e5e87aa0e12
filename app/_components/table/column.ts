import type { ReactNode } from 'react'
import type { MenuEntry } from '../ui/menu.tsx'

/** One column, declared once: how its cells look and what the server can do with it. */
export interface Column<Row> {
  /** Also the name the server sorts by. */
  id: string
  header: string
  cell: (row: Row) => ReactNode
  /** The server can sort by it. */
  sortable?: boolean
  /** The first press sorts downwards: for what is looked for at its largest. */
  descFirst?: boolean
  align?: 'start' | 'end'
  /** CSS width, e.g. `12rem`. */
  width?: string
  /** Gives way to the others: what does not fit is cut off, and stands whole, as this text, in the tooltip. Give a `width` too. */
  clip?: (row: Row) => string
  /** The column that names the row: a link when rows have an address, the headline on small screens. */
  isTitle?: boolean
  /** Left out of the table below this width of the window; cards show it again. */
  hideBelow?: 'md' | 'lg' | 'xl'
}

/** Actions of one row, behind one button. */
export interface RowActions<Row> {
  /** The row's name, for the name of the button. */
  nameOf: (row: Row) => string
  /** An empty list shows no button. */
  entriesOf: (row: Row) => readonly MenuEntry[]
}

/** A choice above the table that narrows it. */
export interface TableFilter {
  id: string
  label: string
  options: readonly { value: string; label: string }[]
}
