import type { Role } from '#lib/contracts/roles.ts'
import { withSystem } from '#lib/db/system.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import type { SelfContext, TenantContext } from '#lib/tenancy/context.ts'
import { permissionsOf } from '#lib/tenancy/permissions.ts'

/** Somebody with an account and a session, in no team yet. */
export async function createAccount(email = `${newId()}@example.com`): Promise<SelfContext> {
  const userId = newId()
  const sessionId = newId()
  await withSystem(async (db) => {
    await db.user.create({ data: { id: userId, email, name: 'Grace' } })
    await db.session.create({
      data: {
        id: sessionId,
        sidHash: sessionId,
        userId,
        method: 'password',
        ip: '127.0.0.1',
        userAgent: 'test',
        expiresAt: new Date(Date.now() + 3_600_000),
      },
    })
  })
  return {
    requestId: newId(),
    ip: '127.0.0.1',
    userAgent: 'test',
    signal: new AbortController().signal,
    actor: { kind: 'user', id: userId, label: email },
    via: 'browser',
    session: { id: sessionId, userId, method: 'password', authAt: new Date() },
    user: { id: userId, email, name: 'Grace', locale: 'en' },
  }
}

/** Somebody new in the team, with a password and acting by browser. */
export async function addTeammate(team: TenantContext, role: Role): Promise<TenantContext> {
  const { user: _, ...self } = await createAccount()
  await withSystem(async (db) => {
    await db.membership.create({ data: { tenantId: team.tenantId, userId: self.actor.id, role } })
    await db.credential.create({ data: { userId: self.actor.id, passwordHash: 'never looked at' } })
  })
  const { tenantId, quotas } = team
  return { ...self, tenantId, role, permissions: permissionsOf(role), quotas }
}

/** The newest events of a team's audit log, newest first. */
export async function auditOf({ tenantId }: TenantContext, count = 1) {
  return await withTenant(tenantId, (db) => db.auditEvent.findMany({ orderBy: { seq: 'desc' }, take: count }))
}

/** How many events the team's audit log has. */
export async function auditLengthOf({ tenantId }: TenantContext): Promise<number> {
  return await withTenant(tenantId, (db) => db.auditEvent.count())
}

/** Tries everything at once; how many of each outcome, `ok` or the code of the failure. */
export async function outcomesOf(attempts: Promise<unknown>[]): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {}
  for (const attempt of await Promise.allSettled(attempts)) {
    const name = attempt.status === 'fulfilled' ? 'ok' : String(attempt.reason.code ?? attempt.reason)
    outcomes[name] = (outcomes[name] ?? 0) + 1
  }
  return outcomes
}
