import { revokeAccess } from '#lib/services/account/mutate-account.ts'
import { announceAccessChange } from '#lib/tenancy/access-changes.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'
import { revokeSessions } from '#lib/tenancy/sessions.ts'

/** Ends every session of the person but this one; gives how many. */
export async function revokeOtherSessions(ctx: SelfContext): Promise<{ revoked: number }> {
  const { user, session } = ctx
  const revoked = await revokeAccess(ctx, async (db) => {
    const count = await revokeSessions(db, { userId: user.id, exceptId: session.id }, 'revoked-by-user')
    const target = { kind: 'user', id: user.id, label: user.email }
    return { result: count, action: 'session.others-revoked', target, diff: { count } }
  })
  await announceAccessChange(user.id)
  return { revoked }
}
