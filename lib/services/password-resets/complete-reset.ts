import type { z } from 'zod'
import type { completeResetBody } from '#lib/contracts/auth.ts'
import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import { hashToken, hasValidChecksum } from '#lib/ids.ts'
import { log } from '#lib/log.ts'
import { replacePassword } from '#lib/services/account/replace-password.ts'
import { requestedByTeam } from '#lib/services/members/create-reset-link.ts'
import { announceAccessChange } from '#lib/tenancy/access-changes.ts'
import { recordAudit } from '#lib/tenancy/audit-log.ts'
import type { RequestContext } from '#lib/tenancy/context.ts'
import { forgetAttempts } from '#lib/tenancy/login-throttle.ts'
import { checkNewPassword, hashPassword } from '#lib/tenancy/passwords.ts'

/**
 * Sets a new password by a link, once, and ends all sessions of the account. Nobody is signed in by it: the page does that
 * by the usual door, with the address this gives back.
 *
 * @throws AppError `reset-link-invalid`, `password-too-common`
 */
export async function completeReset(
  ctx: RequestContext,
  { token, password }: z.output<typeof completeResetBody>,
): Promise<{ email: string }> {
  const person = await withSystem((db) => getPersonOf(db, token))
  checkNewPassword(password, [person.email, person.name])
  const passwordHash = await hashPassword(password)
  await withSystem(async (db) => {
    await useUp(db, token)
    await replacePassword(db, { userId: person.id, passwordHash, reason: 'password-reset' })
    await forgetAttempts(db, { email: person.email, ip: ctx.ip })
    await recordReset(db, ctx, person)
  })
  await announceAccessChange(person.id)
  return { email: person.email }
}

interface Person {
  id: string
  email: string
  name: string
  /** From the oldest to the newest. */
  teamIds: string[]
}

async function getPersonOf(db: Db, token: string): Promise<Person> {
  const reset = hasValidChecksum(token)
    ? await db.passwordReset.findUnique({
        where: { tokenHash: hashToken(token), usedAt: null, expiresAt: { gt: new Date() } },
        include: { user: { include: { memberships: { orderBy: { createdAt: 'asc' }, select: { tenantId: true } } } } },
      })
    : null
  if (!reset?.user) throw new AppError('reset-link-invalid', 'The link is unknown, used or too old')
  const { id, email, name, memberships } = reset.user
  const teamIds = memberships.map(({ tenantId }) => tenantId)
  if (!isStillAllowed(reset.requestedBy, teamIds)) {
    throw new AppError(
      'reset-link-invalid',
      'The person has left the team whose owner made the link, or joined another',
    )
  }
  return { id, email, name, teamIds }
}

/** A link of a team's owner opens only an account that is this team's alone, also at the time of its use. */
function isStillAllowed(requestedBy: string, teamIds: readonly string[]): boolean {
  if (requestedBy.startsWith('ip:')) return true
  return teamIds.length === 1 && teamIds.every((tenantId) => requestedBy === requestedByTeam(tenantId))
}

async function useUp(db: Db, token: string): Promise<void> {
  const { count } = await db.passwordReset.updateMany({
    where: { tokenHash: hashToken(token), usedAt: null, expiresAt: { gt: new Date() } },
    data: { usedAt: new Date() },
  })
  if (count === 0) throw new AppError('reset-link-invalid', 'The link was used in this very moment')
}

/** In the chain of the person's oldest team, the one they will act in next; without a team only the log tells. */
async function recordReset(db: Db, ctx: RequestContext, { id, email, teamIds }: Person): Promise<void> {
  const entry = { action: 'account.password-reset', target: { kind: 'user', id, label: email } }
  const [tenantId] = teamIds
  if (tenantId === undefined) return log().info({ action: entry.action }, 'account changed')
  const actor = { kind: 'user' as const, id, label: email }
  await recordAudit(db, { tenantId, actor, via: 'public', requestId: ctx.requestId }, entry)
}
