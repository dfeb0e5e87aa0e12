import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { logFailure } from '#lib/log.ts'
import { recordAccountEvent } from '#lib/tenancy/account-chain.ts'
import type { AuditEntry } from '#lib/tenancy/audit-log.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'

interface AccountOutcome<T> extends AuditEntry {
  result: T
}

/**
 * Changes somebody's own account, of which no team is the owner. The event stands in the chain of the team they act in, in
 * the same transaction; of somebody without a team only the log tells.
 */
export async function mutateAccount<T>(ctx: SelfContext, work: (db: Db) => Promise<AccountOutcome<T>>): Promise<T> {
  return await withSystem(async (db) => {
    const outcome = await work(db)
    await recordAccountEvent(db, authorOf(ctx), outcome)
    return outcome.result
  })
}

/**
 * The same for taking access away: that is committed before it is written down, since a chain that takes no event must
 * not keep a door open. What could not be written is in the log.
 */
export async function revokeAccess<T>(ctx: SelfContext, work: (db: Db) => Promise<AccountOutcome<T>>): Promise<T> {
  const outcome = await withSystem(work)
  await withSystem((db) => recordAccountEvent(db, authorOf(ctx), outcome)).catch((error: unknown) =>
    logFailure(error, `${outcome.action} is done, but no audit chain tells of it`),
  )
  return outcome.result
}

function authorOf({ user, tenant, actor, via, requestId }: SelfContext) {
  return { userId: user.id, teamId: tenant?.tenantId, actor, via, requestId }
}

/** The account itself as the target of an event. */
export function accountTarget({ user }: SelfContext): AuditEntry['target'] {
  return { kind: 'user', id: user.id, label: user.email }
}
