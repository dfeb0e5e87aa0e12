import type { TeamView } from '#lib/contracts/team.ts'
import { AppError } from '#lib/errors.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { lockTeam } from './team-lock.ts'
import { getTeamRow, showTeam } from './team-row.ts'

/**
 * Takes a deletion back while its grace period lasts. After that erasing may have begun, and what is half erased is not
 * opened again.
 *
 * @throws AppError `conflict` when the team is not being deleted, `tenant-closing` when the grace period is over
 */
export async function reopenTeam(ctx: TenantContext): Promise<TeamView> {
  const { tenantId } = ctx
  return await mutate(ctx, async (db) => {
    await lockTeam(db, tenantId)
    // By the clock of the database, like the erasing itself.
    const count = await db.$executeRaw`
      UPDATE "tenant" SET "closingAt" = NULL, "deleteAfter" = NULL, "closedBy" = NULL
       WHERE "id" = ${tenantId}::uuid AND "deleteAfter" > now()`
    const row = await getTeamRow(db, tenantId)
    if (count === 0) {
      throw new AppError(row.closingAt ? 'tenant-closing' : 'conflict', `Team ${tenantId} cannot be opened again`)
    }
    return {
      result: showTeam(row),
      action: 'team.reopened',
      target: { kind: 'team', id: tenantId, label: row.name },
      event: { kind: 'team.updated', payload: {} },
    }
  })
}
