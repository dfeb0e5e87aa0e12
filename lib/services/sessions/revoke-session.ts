import { AppError } from '#lib/errors.ts'
import { revokeAccess } from '#lib/services/account/mutate-account.ts'
import { announceAccessChange } from '#lib/tenancy/access-changes.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'
import { revokeSessions } from '#lib/tenancy/sessions.ts'

/**
 * Ends one of the person's own sessions, from the next request on; this one too, if they wish.
 *
 * @throws AppError `not-found` for one that is not theirs or has ended
 */
export async function revokeSession(ctx: SelfContext, sessionId: string): Promise<{ revoked: number }> {
  const revoked = await revokeAccess(ctx, async (db) => {
    const count = await revokeSessions(db, { userId: ctx.user.id, id: sessionId }, 'revoked-by-user')
    if (count === 0) throw new AppError('not-found', 'No such living session of this person')
    const target = { kind: 'session', id: sessionId, label: ctx.user.email }
    return { result: count, action: 'session.revoked', target }
  })
  await announceAccessChange(sessionId)
  return { revoked }
}
