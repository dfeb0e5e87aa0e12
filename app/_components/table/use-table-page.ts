'use client'

import { useMemo } from 'react'
import { z } from 'zod'
import { pageEnd } from '#lib/contracts/paging.ts'
import type { ApiProblem } from '../api/problem.ts'
import { useApiQuery } from '../api/use-api-query.ts'
import type { TableState } from './table-state.ts'

/** One page of rows, as the table wants it. */
export interface TablePage<Row> {
  rows: readonly Row[]
  /** Behind this page; null on the last one. */
  nextCursor: string | null
  /** Set when a filter was followed no further than to this time, though there may be hits behind it. */
  searchedBackTo: string | undefined
  /** Nothing to show yet. */
  isLoading: boolean
  /** The rows shown belong to the page before, the asked one is on its way. */
  isStale: boolean
  problem: ApiProblem | null
  retry: () => void
}

export interface TablePageOptions<Row> {
  /** Path after `/api/v1` of a list endpoint. */
  path: string
  /** Shape of one row. */
  row: z.ZodType<Row>
  state: TableState
  /** The first page without filters in the default order, read by the server component; used if the address asks for it. */
  initialPage?: { data: Row[]; nextCursor: string | null }
  refetchIntervalMs?: number
}

interface PageAnswer<Row> extends z.infer<typeof pageEnd> {
  data: Row[]
}

/** Reads the page of a list that the table's state asks for. */
export function useTablePage<Row>(options: TablePageOptions<Row>): TablePage<Row> {
  const { path, row, state, initialPage, refetchIntervalMs } = options
  const schema = useMemo(() => pageEnd.extend({ data: z.array(row) }), [row])
  const answer = useApiQuery<PageAnswer<Row>>(path, schema, {
    query: state.query,
    keepPrevious: true,
    ...(initialPage && state.isPlain ? { initialData: initialPage } : {}),
    ...(refetchIntervalMs === undefined ? {} : { refetchIntervalMs }),
  })
  return {
    rows: answer.data?.data ?? [],
    nextCursor: answer.data?.nextCursor ?? null,
    searchedBackTo: answer.data?.searchedBackTo,
    isLoading: answer.isPending,
    isStale: answer.isPlaceholderData,
    problem: answer.isError ? answer.error : null,
    retry: () => {
      answer.refetch()
    },
  }
}

/** Rows that are already here, as a page without a next one. */
export function staticPage<Row>(rows: readonly Row[]): TablePage<Row> {
  return {
    rows,
    nextCursor: null,
    searchedBackTo: undefined,
    isLoading: false,
    isStale: false,
    problem: null,
    retry: () => undefined,
  }
}
