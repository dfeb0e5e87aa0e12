import { withPostgres } from '#scripts/servers/postgres-client.ts'

/**
 * Tables of the database with a row that holds `text` in any column, whatever its type. Which tables there are is asked of
 * the catalogue, so a new one is searched from the day it exists. `url` must be a login that sees all rows.
 */
export async function findEverywhere(url: string, text: string): Promise<string[]> {
  return await withPostgres(url, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
    )
    const found: string[] = []
    for (const { name } of tables) {
      const { rowCount } = await client.query(
        `SELECT 1 FROM ${name} AS line WHERE position($1 IN line::text) > 0 LIMIT 1`,
        [text],
      )
      if (rowCount) found.push(name)
    }
    return found
  })
}
