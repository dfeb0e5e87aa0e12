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
}

/** ISO 8601 with an offset; from the year 1 on, since PostgreSQL knows no year 0. */
export const instant = z.iso
  .datetime({ offset: true, error: 'instant-malformed' })
  .regex(/^(?!0000)/, { error: 'instant-malformed' })
export const id = z.uuid()
