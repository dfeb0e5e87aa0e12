import { withSystem } from '#lib/db/system.ts'
import type { TenantTable } from '#lib/db/tables.ts'
import { tenantTables } from '#lib/db/tables.ts'
import { log, logFailure } from '#lib/log.ts'
import { requestedByTeam } from '#lib/services/members/create-reset-link.ts'
import { eraseSamplesOfOne, sampleTables } from '#lib/services/samples/remove-samples.ts'
import { announceAccessChange } from '#lib/tenancy/access-changes.ts'

const teamsPerRound = 20
/** A transaction that deletes more than this holds its locks too long beside the others' work. */
const rowsPerBatch = 2_000

/**
 * Second half of a deletion: erases the teams whose grace period is over, by the database's clock. Big tables go first in
 * batches, then the team's own row takes with it whatever else refers to it; the database itself refuses that before
 * `deleteAfter`. Safe to run in every worker and to break off anywhere: the team's row is last, so the next round goes on.
 * A team that cannot be erased is logged, and keeps no other from being erased.
 *
 * @returns how many teams were erased
 */
export async function purgeClosedTeams(signal: AbortSignal): Promise<number> {
  const tried: string[] = []
  let erased = 0
  for (let due = await findDueTeams(tried); due.length > 0; due = await findDueTeams(tried)) {
    for (const tenantId of due) if (await tryToErase(tenantId, signal)) erased += 1
    tried.push(...due)
  }
  return erased
}

/** The next teams to be erased: those that could not be a moment ago are left for the next round. */
async function findDueTeams(tried: readonly string[]): Promise<string[]> {
  const rows = await withSystem(
    (db) => db.$queryRaw<{ id: string }[]>`
      SELECT "id" FROM "tenant" WHERE "deleteAfter" <= now() AND NOT "id" = ANY(${tried}::uuid[])
       ORDER BY "deleteAfter" LIMIT ${teamsPerRound}`,
  )
  return rows.map(({ id }) => id)
}

async function tryToErase(tenantId: string, signal: AbortSignal): Promise<boolean> {
  try {
    await emptySamples(tenantId, signal)
    for (const table of await tablesToEmpty()) await emptyTable({ tenantId, table, signal })
    const isErased = await eraseTeam(tenantId)
    await announceAccessChange(tenantId)
    return isErased
  } catch (error) {
    if (signal.aborted) throw error
    logFailure(error, `team ${tenantId} could not be erased`)
    return false
  }
}

/** Tenant tables the system login may delete from; all others are small and go with the team's row. */
async function tablesToEmpty(): Promise<TenantTable[]> {
  const rows = await withSystem(
    (db) => db.$queryRaw<{ name: string }[]>`
      SELECT name FROM unnest(${[...tenantTables]}::text[]) AS name WHERE has_table_privilege(name, 'DELETE')`,
  )
  const isLeft = (table: TenantTable) => keptToTheEnd.has(table) || sampleTables.some((name) => name === table)
  return tenantTables.filter((table) => !isLeft(table) && rows.some(({ name }) => name === table))
}

async function emptySamples(tenantId: string, signal: AbortSignal): Promise<void> {
  do signal.throwIfAborted()
  while (await withSystem((db) => eraseSamplesOfOne(db, tenantId)))
}

/** Without its members and keys a half erased team could neither be seen nor audited. */
const keptToTheEnd: ReadonlySet<TenantTable> = new Set(['membership', 'tenant_key'])

/** The newest event stays until the team's row goes, so that the chain of a half erased team still takes events. */
const newestStays: Partial<Record<TenantTable, string>> = {
  audit_event: 'AND t."seq" < (SELECT "seq" FROM "audit_head" AS h WHERE h."tenantId" = t."tenantId")',
}

interface Emptying {
  tenantId: string
  table: TenantTable
  signal: AbortSignal
}

async function emptyTable({ tenantId, table, signal }: Emptying): Promise<void> {
  let count = 0
  do {
    signal.throwIfAborted()
    // The name comes from `tables.ts`, never from a caller.
    count = await withSystem((db) =>
      db.$executeRawUnsafe(
        `DELETE FROM "${table}" WHERE ctid = ANY (ARRAY(
           SELECT t.ctid FROM "${table}" AS t JOIN "tenant" ON "tenant"."id" = t."tenantId"
            WHERE t."tenantId" = $1::uuid AND "tenant"."deleteAfter" <= now() ${newestStays[table] ?? ''}
            LIMIT ${rowsPerBatch}))`,
        tenantId,
      ),
    )
  } while (count === rowsPerBatch)
}

/** The team's row, and what points at it without a foreign key. False when another worker was faster. */
async function eraseTeam(tenantId: string): Promise<boolean> {
  const count = await withSystem(async (db) => {
    await db.session.updateMany({ where: { activeTenantId: tenantId }, data: { activeTenantId: null } })
    await db.passwordReset.deleteMany({ where: { requestedBy: requestedByTeam(tenantId) } })
    return await db.$executeRaw`DELETE FROM "tenant" WHERE "id" = ${tenantId}::uuid AND "deleteAfter" <= now()`
  })
  if (count > 0) log().info({ tenantId }, 'a team was erased')
  return count > 0
}
