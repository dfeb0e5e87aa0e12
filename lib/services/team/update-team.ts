import { z } from 'zod'
import type { TeamView, updateTeamBody } from '#lib/contracts/team.ts'
import { parseInput } from '#lib/parse-input.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { isTimeZone } from '#lib/time.ts'
import { getTeamRow, showTeam, teamFields } from './team-row.ts'

/** Which zones exist is known to the server's own calendar; a browser's may be older or newer. */
const knownTimeZone = z.object({
  timeZone: z.string().refine(isTimeZone, { error: 'time-zone-unknown' }).optional(),
})

/**
 * Changes what the team is called and by which clock it lives.
 *
 * @throws AppError `invalid-input` for a time zone that does not exist
 */
export async function updateTeam(ctx: TenantContext, body: z.output<typeof updateTeamBody>): Promise<TeamView> {
  const { tenantId } = ctx
  const { timeZone } = parseInput(knownTimeZone, { timeZone: body.timeZone }, 'body')
  const { name } = body
  return await mutate(ctx, async (db) => {
    const before = await getTeamRow(db, tenantId)
    const data = { ...(name === undefined ? {} : { name }), ...(timeZone === undefined ? {} : { timeZone }) }
    const after = await db.tenant.update({ where: { id: tenantId }, data, select: teamFields })
    return {
      result: showTeam(after),
      action: 'team.updated',
      target: { kind: 'team', id: tenantId, label: after.name },
      diff: {
        ...(name === undefined ? {} : { name: [before.name, after.name] }),
        ...(timeZone === undefined ? {} : { timeZone: [before.timeZone, after.timeZone] }),
      },
      event: { kind: 'team.updated', payload: {} },
    }
  })
}
