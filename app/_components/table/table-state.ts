'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { useMemo, useState } from 'react'

export interface TableStateOptions {
  /** Names of the filters, in the address and in the request alike; `q` is the search. */
  filters?: readonly string[]
  /** Every value of filters that have but a few; keep stable. */
  choices?: Readonly<Record<string, readonly string[]>>
  /** `name` ascending or `-name` descending. */
  defaultSort?: string
  /** Goes before the names in the address when a page has two tables. */
  prefix?: string
  pageSize?: number
}

export interface TableState {
  /** `name`, `-name`, or empty for the server's own order. */
  sort: string
  setSort: (sort: string) => void
  filters: Readonly<Record<string, string>>
  setFilter: (id: string, value: string) => void
  /** Several at once; the others stay. */
  setFilters: (values: Readonly<Record<string, string>>) => void
  clearFilters: () => void
  isFiltered: boolean
  /** Values in the address that no filter has; the list is shown without them. */
  unknownValues: readonly string[]
  dropUnknown: () => void
  /** Back to the whole list in its own order. */
  startOver: () => void
  /** The first page, unfiltered, in the default order. */
  isPlain: boolean
  cursor: string | null
  /** Steps to the page behind a cursor. */
  goTo: (cursor: string) => void
  /** Missing on the first page, and on a page opened by its address, whose predecessor is unknown. */
  goBack: (() => void) | undefined
  /** Missing on the first page. */
  goFirst: (() => void) | undefined
  /** Search parameters of the request. */
  query: Record<string, string | number | null>
}

const noFilters: readonly string[] = []
const noChoices: Readonly<Record<string, readonly string[]>> = {}

/** Sorting, filters and page of a table, kept in the address: a link shows what its sender saw. */
export function useTableState(options: TableStateOptions = {}): TableState {
  const { filters: filterIds = noFilters, choices = noChoices, defaultSort = '', prefix = '', pageSize = 50 } = options
  const [trail, setTrail] = useState<readonly (string | null)[]>([])
  const parsers = useMemo(
    () => Object.fromEntries(['sort', 'cursor', ...filterIds].map((id) => [id, parseAsString])),
    [filterIds],
  )
  const urlKeys = useMemo(
    () => Object.fromEntries(['sort', 'cursor', ...filterIds].map((id) => [id, `${prefix}${id}`])),
    [filterIds, prefix],
  )
  const [values, setValues] = useQueryStates(parsers, { urlKeys, history: 'replace' })

  const cursor = values.cursor ?? null
  const sort = values.sort ?? defaultSort
  const unknownIds = filterIds.filter((id) => values[id] && choices[id]?.includes(values[id]) === false)
  const filters = Object.fromEntries(filterIds.map((id) => [id, unknownIds.includes(id) ? '' : (values[id] ?? '')]))

  /** Any other order or filter begins at the first page again. */
  const narrow = (change: Record<string, string | null>) => {
    setTrail([])
    return setValues({ ...change, cursor: null })
  }
  const setFilters = (next: Readonly<Record<string, string>>) =>
    narrow(Object.fromEntries(Object.entries(next).map(([id, value]) => [id, value === '' ? null : value])))
  const without = (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, '']))
  const previous = trail.at(-1)
  const isFiltered = filterIds.some((id) => filters[id] !== '')

  return {
    sort,
    setSort: (next) => narrow({ sort: next === defaultSort || next === '' ? null : next }),
    filters,
    setFilter: (id, value) => setFilters({ [id]: value }),
    setFilters,
    clearFilters: () => setFilters(without(filterIds)),
    isFiltered,
    unknownValues: unknownIds.map((id) => values[id] ?? ''),
    dropUnknown: () => setFilters(without(unknownIds)),
    startOver: () => setFilters(without(['sort', ...filterIds])),
    isPlain: cursor === null && sort === defaultSort && !isFiltered,
    cursor,
    goTo: (next) => {
      setTrail([...trail, cursor])
      return setValues({ cursor: next }, { history: 'push' })
    },
    goBack:
      previous === undefined
        ? undefined
        : () => {
            setTrail(trail.slice(0, -1))
            return setValues({ cursor: previous })
          },
    goFirst: cursor === null ? undefined : () => narrow({}),
    query: { limit: pageSize, cursor, sort: sort === '' ? null : sort, ...filters },
  }
}
