import type { z } from 'zod'
import { config } from '#lib/config.ts'
import type { createTeamBody, TeamView } from '#lib/contracts/team.ts'
import { teamView } from '#lib/contracts/team.ts'
import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'
import { foundTeam } from './found-team.ts'

/** Nobody needs more teams of their own; without a bound one account could fill the installation with teams. */
const ownedTeamsMax = 20

/**
 * Makes another team with the person as its owner, and switches their session to it.
 *
 * @throws AppError `sign-up-disabled` where strangers may not found teams either, `quota-exceeded` beyond 20 own teams
 */
export async function createTeam(ctx: SelfContext, { name }: z.output<typeof createTeamBody>): Promise<TeamView> {
  if (!config().signUpEnabled) throw new AppError('sign-up-disabled', 'Founding teams is switched off with sign-up')
  const team = await withSystem(async (db) => {
    const owned = await db.membership.count({ where: { userId: ctx.user.id, role: 'owner' } })
    if (owned >= ownedTeamsMax) {
      throw new AppError('quota-exceeded', 'The person owns too many teams', {
        details: { quota: 'teams', limit: ownedTeamsMax, used: owned },
      })
    }
    const made = await foundTeam(db, { name, founder: ctx.user, via: ctx.via, requestId: ctx.requestId })
    await db.session.update({ where: { id: ctx.session.id }, data: { activeTenantId: made.id } })
    return made
  })
  return teamView.parse({
    ...team,
    createdAt: team.createdAt.toISOString(),
    closingAt: null,
    deleteAfter: null,
  })
}
