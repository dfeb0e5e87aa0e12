import type { Page } from '#lib/contracts/paging.ts'
import type { PageAddress } from './page-arguments.ts'

/** The page of a list with which a table opens. */
export interface FirstPage<Item> {
  data: Item[]
  nextCursor: string | null
}

/** As many rows as `useTableState` asks for. */
const pageSize = 50

/**
 * The first page of a list, unless the address asks for another one or for a filter (`names`, as they stand in the address):
 * that one the table reads by itself.
 */
export async function firstPage<Item>(
  searchParams: PageAddress['searchParams'],
  names: readonly string[],
  read: (query: { limit: number }) => Promise<Page<Item>>,
): Promise<FirstPage<Item> | undefined> {
  if (names.some((name) => searchParams[name] !== undefined)) return undefined
  const { items, nextCursor } = await read({ limit: pageSize })
  return { data: items, nextCursor }
}
