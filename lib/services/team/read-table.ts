import { z } from 'zod'
import type { Db } from '#lib/db/pools.ts'
import type { TenantTable } from '#lib/db/tables.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { secretColumns } from './exported-tables.ts'

const rowsPerPage = 500

interface Column {
  name: string
  /** As Postgres writes it, `timestamp(3) with time zone`. */
  type: string
  /** Position in the primary key from 1; 0 for columns outside it. */
  keyPosition: number
}

const pageSchema = z.array(z.object({ key: z.array(z.string()), row: z.string() }))

/**
 * All rows of one tenant table, page by page in the order of the primary key, each row as JSON text without its secret
 * columns. Columns come from the database's own catalogue, so a later migration needs no change here. 64-bit numbers are
 * decimal strings.
 */
export async function* readTable(tenantId: string, table: TenantTable): AsyncGenerator<string[]> {
  let after: string[] | undefined
  do {
    const page = await withTenant(tenantId, async (db) => {
      const columns = await columnsOf(db, table)
      const parameters = [tenantId, ...(after ?? [])]
      return pageSchema.parse(await db.$queryRawUnsafe(pageQuery({ table, columns, isFirst: !after }), ...parameters))
    })
    if (page.length > 0) yield page.map(({ row }) => row)
    after = page.length === rowsPerPage ? page.at(-1)?.key : undefined
  } while (after)
}

/** Columns of a table in their order. Names come from the catalogue and `tables.ts`, never from a caller. */
function columnsOf(db: Db, table: TenantTable): Promise<Column[]> {
  return db.$queryRaw<Column[]>`
    SELECT a.attname AS "name", format_type(a.atttypid, a.atttypmod) AS "type",
           coalesce(array_position(i.indkey::int2[], a.attnum), -1) + 1 AS "keyPosition"
      FROM pg_attribute a
      JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
     WHERE a.attrelid = ${table}::regclass AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY a.attnum`
}

function pageQuery({ table, columns, isFirst }: { table: TenantTable; columns: Column[]; isFirst: boolean }): string {
  const key = columns.filter(isInKey).toSorted((a, b) => a.keyPosition - b.keyPosition)
  const shown = columns.filter(({ name }) => !secretColumns[table]?.includes(name))
  const keyNames = key.map(({ name }) => quote(name)).join(', ')
  const behind = `AND (${keyNames}) > (${key.map(({ type }, index) => `$${index + 2}::${type}`).join(', ')})`
  return `
    SELECT ARRAY[${key.map(({ name }) => `${quote(name)}::text`).join(', ')}] AS "key", (
             SELECT to_jsonb(line)::text FROM (SELECT ${shown.map(shownAs).join(', ')}) AS line
           ) AS "row"
      FROM ${quote(table)}
     WHERE "tenantId" = $1::uuid ${isFirst ? '' : behind}
     ORDER BY ${keyNames} LIMIT ${rowsPerPage}`
}

const isInKey = ({ keyPosition }: Column) => keyPosition > 0

/** JSON readers keep 53 bits of a number; ours go up to 64. */
function shownAs({ name, type }: Column): string {
  return type === 'bigint' ? `${quote(name)}::text AS ${quote(name)}` : quote(name)
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
