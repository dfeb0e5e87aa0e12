import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Page, PageQuery } from '#lib/contracts/paging.ts'
import { instant } from '#lib/contracts/paging.ts'
import { AppError } from '#lib/errors.ts'

/** One list that pages by keyset: where a page ends is told by the last row's own sort key, so rows that come or go in between neither repeat nor hide others. */
interface PagedList<Row, Item, Key extends z.ZodType> {
  /** Name of the list with everything that changes which rows it holds: a cursor fits no other list and no other filter. */
  list: readonly [name: string, filter: unknown]
  /** The sort key as JSON; a forged cursor that does not fit is refused. */
  key: Key
  keyOf(row: Row): z.input<Key>
  /** The first `count` rows behind `after`, or from the start, in the order of the key. */
  fetch(after: z.output<Key> | undefined, count: number): Promise<Row[] | Search<Row, z.input<Key>>>
  show(row: Row): Item
}

/** Rows that were looked for: fewer than asked for need not be all. */
interface Search<Row, Key> {
  rows: Row[]
  /** Set when the search stopped before the end: the next one goes on behind `key`, which is of this time (ISO 8601). */
  stoppedAt?: { key: Key; at: string }
}

/**
 * One page of a list. Reads one row more than asked for, which tells whether there is a next page.
 *
 * @throws AppError `cursor-invalid` when the cursor was made by another list or under another filter
 */
export async function pageOf<Row, Item, Key extends z.ZodType>(
  query: PageQuery,
  { list, key, keyOf, fetch, show }: PagedList<Row, Item, Key>,
): Promise<Page<Item>> {
  const fingerprint = fingerprintOf(list)
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, { fingerprint, key })
  const found = await fetch(after, query.limit + 1)
  const { rows, stoppedAt }: Search<Row, z.input<Key>> = Array.isArray(found) ? { rows: found } : found
  const shown = rows.slice(0, query.limit)
  const last = shown.at(-1)
  const hasMore = rows.length > query.limit && last !== undefined
  const items = shown.map(show)
  if (hasMore) return { items, nextCursor: encodeCursor(fingerprint, keyOf(last)) }
  if (!stoppedAt) return { items, nextCursor: null }
  return { items, nextCursor: encodeCursor(fingerprint, stoppedAt.key), searchedBackTo: stoppedAt.at }
}

/** The sort key of most lists: when a row was made, and its id among rows of one millisecond. */
export const createdKey = z.object({ at: instant.pipe(z.coerce.date()), id: z.uuid() })

/** What a list is sorted by besides the date: the column that tells rows of one millisecond apart. */
type Order = { ascendingBy: 'id' | 'userId' } | { descendingBy: 'id' }

/** Rows behind a sort key. The bound on the date alone stands first because an index can use it; the rest only filters. */
export function behind(after: z.output<typeof createdKey> | undefined, order: Order): object {
  if (!after) return {}
  const { at, id } = after
  if ('ascendingBy' in order)
    return { createdAt: { gte: at }, OR: [{ createdAt: { gt: at } }, { [order.ascendingBy]: { gt: id } }] }
  return { createdAt: { lte: at }, OR: [{ createdAt: { lt: at } }, { [order.descendingBy]: { lt: id } }] }
}

/** Text to look for with `contains`, in which `%`, `_` and `\` stand for themselves. */
export function likeText(text: string): string {
  return text.replace(/[\\%_]/g, (character) => `\\${character}`)
}

function encodeCursor(fingerprint: string, key: unknown): string {
  return Buffer.from(JSON.stringify([fingerprint, key])).toString('base64url')
}

function decodeCursor<Key extends z.ZodType>(
  cursor: string,
  { fingerprint, key }: { fingerprint: string; key: Key },
): z.output<Key> {
  const parsed = z
    .tuple([z.literal(fingerprint), key])
    .safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()))
  if (!parsed.success) throw new AppError('cursor-invalid', 'The cursor does not fit this list')
  return parsed.data[1] as z.output<Key>
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function fingerprintOf(list: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(list)).digest('base64url').slice(0, 10)
}
