import type { z } from 'zod'
import type { completeResetBody } from '#lib/contracts/auth.ts'
import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import { hashToken, hasValidChecksum } from '#lib/ids.ts'
import { replacePassword } from '#lib/services/account/replace-password.ts'
import { requestedByTeam } from '#lib/services/members/create-reset-link.ts'
import { announceAccessChange } from '#lib/tenancy/access-changes.ts'
import { recordAccountEvent } from '#lib/tenancy/account-chain.ts'
import type { RequestContext } from '#lib/tenancy/context.ts'
import { forgetAttempts } from '#lib/tenancy/login-throttle.ts'
import { checkNewPassword, hashPassword } from '#lib/tenancy/passwords.ts'
import { requestedByOperator } from './create-operator-link.ts'
import { forgetResetRequests } from './reset-limits.ts'

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
  const passwordHash = await hashPassword(password, ctx.ip)
  await withSystem(async (db) => {
    await holdMemberships(db, person.id)
    await getPersonOf(db, token)
    await useUp(db, token)
    await replacePassword(db, { userId: person.id, passwordHash, reason: 'password-reset' })
    await forgetAttempts(db, { email: person.email, ip: ctx.ip })
    await forgetResetRequests(db, person.email)
    await recordReset(db, ctx, person)
  })
  await announceAccessChange(person.id)
  return { email: person.email }
}

interface Person {
  id: string
  email: string
  name: string
}

/** Nobody joins a team while their row is locked so: what is asked of their memberships next still holds at commit. */
async function holdMemberships(db: Db, userId: string): Promise<void> {
  await db.$executeRaw`SELECT 1 FROM "user" WHERE "id" = ${userId}::uuid FOR UPDATE`
}

async function getPersonOf(db: Db, token: string): Promise<Person> {
  const reset = hasValidChecksum(token)
    ? await db.passwordReset.findUnique({
        where: { tokenHash: hashToken(token), usedAt: null, expiresAt: { gt: new Date() } },
        include: {
          user: { include: { memberships: { select: { tenantId: true } }, credential: { select: { userId: true } } } },
        },
      })
    : null
  if (!reset?.user) throw new AppError('reset-link-invalid', 'The link is unknown, used or too old')
  const { id, email, name, memberships, credential } = reset.user
  const teamIds = memberships.map(({ tenantId }) => tenantId)
  if (!(credential && isStillAllowed(reset.requestedBy, teamIds))) {
    throw new AppError(
      'reset-link-invalid',
      'The person has no password, has left the team whose owner made the link, or joined another',
    )
  }
  return { id, email, name }
}

/** A link of a team's owner opens only an account that is this team's alone, also at the time of its use. */
function isStillAllowed(requestedBy: string, teamIds: readonly string[]): boolean {
  if (requestedBy.startsWith('ip:') || requestedBy === requestedByOperator) return true
  return teamIds.length === 1 && teamIds.every((tenantId) => requestedBy === requestedByTeam(tenantId))
}

async function useUp(db: Db, token: string): Promise<void> {
  const { count } = await db.passwordReset.updateMany({
    where: { tokenHash: hashToken(token), usedAt: null, expiresAt: { gt: new Date() } },
    data: { usedAt: new Date() },
  })
  if (count === 0) throw new AppError('reset-link-invalid', 'The link was used in this very moment')
}

/** In the chain of the person's oldest team, the one they will act in next. */
async function recordReset(db: Db, { requestId }: RequestContext, { id, email }: Person): Promise<void> {
  const actor = { kind: 'user' as const, id, label: email }
  const author = { userId: id, teamId: null, actor, via: 'public' as const, requestId }
  await recordAccountEvent(db, author, { action: 'account.password-reset', target: { kind: 'user', id, label: email } })
}
