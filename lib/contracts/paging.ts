import { z } from 'zod'

/** Query of every list: keyset paging, so a page costs the same wherever it starts. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
})

export type PageQuery = z.infer<typeof pageQuery>

/** One page of a list; `nextCursor` is null on the last one. */
export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
  /** Set when a filter was followed for as long as one request may take: from now back to this time. The next page goes on. */
  searchedBackTo?: string
}

/** How a page of a list looks in an answer of the API, but for its rows. */
export const pageEnd = z.object({
  nextCursor: z.string().nullable(),
  searchedBackTo: z
    .string()
    .optional()
    .describe('Set when the filter was followed no further than to this time; `nextCursor` goes on from there'),
})

/** ISO 8601 with an offset; from the year 1 on, since PostgreSQL knows no year 0. */
export const instant = z.iso
  .datetime({ offset: true, error: 'instant-malformed' })
  .regex(/^(?!0000)/, { error: 'instant-malformed' })
export const id = z.uuid()
