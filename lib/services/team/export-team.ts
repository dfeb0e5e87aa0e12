import { withTenant } from '#lib/db/tenant.ts'
import { logFailure } from '#lib/log.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { exportedTables } from './exported-tables.ts'
import { readTable } from './read-table.ts'
import { getTeamRow, showTeam } from './team-row.ts'

interface ExportedFile {
  body: ReadableStream<Uint8Array>
  fileName: string
}

/**
 * Everything the team has, one JSON object `{ table, row }` per line, without secrets. It is read page by page in short
 * transactions; the last line `{ end: true, rows }` tells a whole file from one that broke off. The download is audited.
 */
export async function exportTeam(ctx: TenantContext): Promise<ExportedFile> {
  const name = await recordExport(ctx)
  const encoder = new TextEncoder()
  const pages = readTeam(ctx)
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await pages.next()
        if (done) controller.close()
        else controller.enqueue(encoder.encode(value.map((line) => `${line}\n`).join('')))
      } catch (error) {
        // The answer has begun: cutting it off is the only way left to say that it is not whole.
        logFailure(error, 'the export of a team broke off')
        controller.error(error)
      }
    },
    async cancel() {
      await pages.return(undefined)
    },
  })
  return { body, fileName: `${name}-${new Date().toISOString().slice(0, 10)}.ndjson` }
}

function recordExport(ctx: TenantContext): Promise<string> {
  return mutate(ctx, async (db) => {
    const { name } = await getTeamRow(db, ctx.tenantId)
    const target = { kind: 'team', id: ctx.tenantId, label: name }
    return { result: name, action: 'team.exported', target }
  })
}

async function* readTeam({ tenantId }: TenantContext): AsyncGenerator<string[]> {
  const { team, people } = await withTenant(tenantId, async (db) => ({
    team: showTeam(await getTeamRow(db, tenantId)),
    people: await db.user.findMany({ select: { id: true, email: true, name: true }, orderBy: { id: 'asc' } }),
  }))
  yield [lineOf('tenant', JSON.stringify(team)), ...people.map((person) => lineOf('user', JSON.stringify(person)))]
  let rows = 1 + people.length
  for (const table of exportedTables) {
    for await (const page of readTable(tenantId, table)) {
      rows += page.length
      yield page.map((row) => lineOf(table, row))
    }
  }
  yield [JSON.stringify({ end: true, rows })]
}

function lineOf(table: string, row: string): string {
  return `{"table":${JSON.stringify(table)},"row":${row}}`
}
