import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { createIdSource } from '#lib/ids.ts'
import { createdKey, likeText, pageOf } from './paging.ts'

interface Row {
  createdAt: Date
  id: string
}

const compare = (a: Row, b: Row) => a.createdAt.getTime() - b.createdAt.getTime() || a.id.localeCompare(b.id)

/** A list kept in memory; `filter` is part of its name only. */
function listOf(rows: Row[], filter: unknown = {}) {
  return {
    list: ['rows', filter] as const,
    key: createdKey,
    keyOf: (row: Row) => ({ at: row.createdAt.toISOString(), id: row.id }),
    fetch: async (after: { at: Date; id: string } | undefined, count: number) =>
      rows
        .toSorted(compare)
        .filter((row) => !after || compare(row, { createdAt: after.at, id: after.id }) > 0)
        .slice(0, count),
    show: (row: Row) => row.id,
  }
}

const rowsOf = (moments: number[]): Row[] => {
  const nextId = createIdSource()
  return moments.map((moment) => ({ createdAt: new Date(1_700_000_000_000 + moment), id: nextId() }))
}

test('walking the pages shows every row once and in order, also rows of one millisecond', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), async (moments, limit) => {
      const rows = rowsOf(moments)
      const seen: string[] = []
      let cursor: string | null | undefined
      do {
        const page = await pageOf({ limit, ...(cursor ? { cursor } : {}) }, listOf(rows))
        expect(page.items.length).toBeLessThanOrEqual(limit)
        seen.push(...page.items)
        cursor = page.nextCursor
      } while (cursor !== null)
      expect(seen).toEqual(rows.toSorted(compare).map(({ id }) => id))
    }),
  )
})

test('the last page has no cursor, also when it is full', async () => {
  const rows = rowsOf([1, 2])
  expect((await pageOf({ limit: 2 }, listOf(rows))).nextCursor).toBeNull()
  expect((await pageOf({ limit: 1 }, listOf(rows))).nextCursor).not.toBeNull()
})

test('refuses a cursor of another filter', async () => {
  const { nextCursor } = await pageOf({ limit: 1 }, listOf(rowsOf([1, 2])))
  const other = pageOf({ limit: 1, cursor: nextCursor ?? '' }, listOf(rowsOf([1, 2]), { q: 'a' }))
  await expect(other).rejects.toSatisfy((error) => error instanceof AppError && error.code === 'cursor-invalid')
})

test('refuses whatever is no cursor at all', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 60 }), async (cursor) => {
      const page = pageOf({ limit: 1, cursor }, listOf(rowsOf([1])))
      await expect(page).rejects.toMatchObject({ code: 'cursor-invalid' })
    }),
  )
})

test('a search for wildcards finds wildcards', () => {
  expect(likeText('50%_\\')).toBe('50\\%\\_\\\\')
})
