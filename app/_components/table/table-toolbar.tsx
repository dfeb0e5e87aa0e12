'use client'

import { Search, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/input.tsx'
import { Select } from '../ui/select.tsx'
import type { TableFilter } from './column.ts'
import type { TableState } from './table-state.ts'

export interface TableToolbarProps {
  state: TableState
  /** Name of the search field; without it there is none. It fills the filter `q`. */
  searchLabel?: string
  filters?: readonly TableFilter[]
  /** Further controls, at the right. */
  children?: ReactNode
}

/** Value of "all" in a filter: a select cannot hold an empty one. */
const all = '*'

/** Search and filters over a table. */
export function TableToolbar({ state, searchLabel, filters = [], children }: TableToolbarProps) {
  const t = useTranslations('ui.table')
  return (
    <div className="flex flex-wrap items-center gap-2">
      {searchLabel ? <SearchInput state={state} label={searchLabel} /> : null}
      {filters.map((filter) => (
        <Select
          key={filter.id}
          aria-label={filter.label}
          prefix={filter.label}
          className="w-auto! max-w-full"
          options={[{ value: all, label: t('filterAll') }, ...filter.options]}
          value={state.filters[filter.id] || all}
          onValueChange={(value) => state.setFilter(filter.id, value === all ? '' : value)}
        />
      ))}
      {state.isFiltered ? (
        <Button variant="ghost" icon={<X aria-hidden="true" />} onClick={state.clearFilters}>
          {t('clearFilters')}
        </Button>
      ) : null}
      {children ? <div className="ml-auto flex flex-wrap items-center gap-2">{children}</div> : null}
    </div>
  )
}

/** Pause in typing after which a search is sent. */
const pauseMs = 300

function SearchInput({ state, label }: { state: TableState; label: string }) {
  const asked = state.filters.q ?? ''
  const [text, setText] = useState(asked)
  const [lastAsked, setLastAsked] = useState(asked)
  if (asked !== lastAsked) {
    setLastAsked(asked)
    setText(asked)
  }

  useEffect(() => {
    if (text.trim() === asked) return
    const timer = setTimeout(() => state.setFilter('q', text.trim()), pauseMs)
    return () => clearTimeout(timer)
  }, [text, asked, state])

  return (
    <div className="w-full sm:w-64">
      <Input
        type="search"
        aria-label={label}
        placeholder={label}
        icon={<Search aria-hidden="true" />}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  )
}
