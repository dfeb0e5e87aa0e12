import { AppError } from '#lib/errors.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'
import { mutateAccount } from './mutate-account.ts'

/**
 * Makes another of the person's teams the one this session begins in. Tabs that are open stay with their own team.
 *
 * @throws AppError `not-found` for a team the person does not belong to
 */
export async function switchTeam(ctx: SelfContext, { teamId }: { teamId: string }): Promise<{ teamId: string }> {
  return await mutateAccount(ctx, async (db) => {
    const membership = await db.membership.findUnique({
      where: { tenantId_userId: { tenantId: teamId, userId: ctx.user.id } },
      select: { tenant: { select: { id: true, name: true } } },
    })
    if (!membership) throw new AppError('not-found', 'The person does not belong to this team')
    await db.session.update({ where: { id: ctx.session.id }, data: { activeTenantId: teamId } })
    // The chain of the team that was left says no more than that: where somebody else works is not its business.
    const target = { kind: 'session', id: ctx.session.id, label: ctx.user.email }
    return { result: { teamId }, action: 'session.team-switched', target }
  })
}
