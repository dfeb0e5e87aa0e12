import { config } from '#lib/config.ts'
import type { TeamView } from '#lib/contracts/team.ts'
import { AppError } from '#lib/errors.ts'
import { mutate } from '#lib/services/mutate.ts'
import { announceAccessChange } from '#lib/tenancy/access-changes.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { addMs, hourMs } from '#lib/time.ts'
import { lockTeam } from './team-lock.ts'
import { getTeamRow, showTeam, teamFields } from './team-row.ts'

/**
 * First half of a deletion: from now on nobody but owners gets in, API keys are refused, invitations are dead, and after
 * TENANT_DELETION_GRACE_HOURS everything is erased. Until then `reopenTeam` takes it back.
 *
 * @throws AppError `confirmation-mismatch` unless `confirmName` is the team's name, `tenant-closing` when it is under way
 */
export async function closeTeam(ctx: TenantContext, { confirmName }: { confirmName: string }): Promise<TeamView> {
  const { tenantId } = ctx
  const team = await mutate(ctx, async (db) => {
    await lockTeam(db, tenantId)
    const row = await getTeamRow(db, tenantId)
    if (row.closingAt) throw new AppError('tenant-closing', `Team ${tenantId} is being deleted already`)
    if (confirmName !== row.name)
      throw new AppError('confirmation-mismatch', 'The typed name is not the name of the team')
    const closingAt = new Date()
    const deleteAfter = addMs(closingAt, config().tenantDeletionGraceHours * hourMs)
    const closed = await db.tenant.update({
      where: { id: tenantId },
      data: { closingAt, deleteAfter, closedBy: ctx.actor.label },
      select: teamFields,
    })
    return {
      result: showTeam(closed),
      action: 'team.closing',
      target: { kind: 'team', id: tenantId, label: row.name },
      diff: { deleteAfter: [null, deleteAfter.toISOString()] },
      event: { kind: 'team.closing', payload: {} },
    }
  })
  await announceAccessChange(tenantId)
  return team
}
