import { config } from '#lib/config.ts'
import type { MeView } from '#lib/contracts/me.ts'
import { role } from '#lib/contracts/roles.ts'
import { withSystem } from '#lib/db/system.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'

/** Everything the console must know of the person in front of it: account, teams, and what they may do in the current one. */
export async function getMe(ctx: SelfContext): Promise<MeView> {
  const { oidc } = config()
  const account = await withSystem((db) =>
    db.user.findUniqueOrThrow({
      where: { id: ctx.user.id },
      select: {
        credential: { select: { userId: true } },
        identities: { where: { issuer: oidc?.issuer ?? '' }, select: { subject: true }, take: 1 },
        memberships: {
          select: { role: true, tenant: { select: { id: true, name: true, closingAt: true, timeZone: true } } },
          orderBy: [{ createdAt: 'asc' }, { tenantId: 'asc' }],
        },
      },
    }),
  )
  const teams = account.memberships.map((membership) => ({
    id: membership.tenant.id,
    name: membership.tenant.name,
    role: role.parse(membership.role),
    closingAt: membership.tenant.closingAt?.toISOString() ?? null,
    timeZone: membership.tenant.timeZone,
  }))
  return {
    ...ctx.user,
    hasPassword: account.credential !== null,
    identityProvider: oidc ? { name: oidc.name, isConnected: account.identities.length > 0 } : null,
    teams,
    team: teams.find(({ id }) => id === ctx.tenant?.tenantId) ?? null,
    permissions: [...(ctx.tenant?.permissions ?? [])],
    authAt: ctx.session.authAt.toISOString(),
  }
}
