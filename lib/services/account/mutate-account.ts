import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { log } from '#lib/log.ts'
import type { AuditEntry } from '#lib/tenancy/audit-log.ts'
import { recordAudit } from '#lib/tenancy/audit-log.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'

interface AccountOutcome<T> extends AuditEntry {
  result: T
}

/**
 * Changes somebody's own account, of which no team is the owner. The event stands in the chain of the team they act in, in
 * the same transaction; of somebody without a team only the log tells.
 */
export async function mutateAccount<T>(ctx: SelfContext, work: (db: Db) => Promise<AccountOutcome<T>>): Promise<T> {
  const { result, action } = await withSystem(async (db) => {
    const outcome = await work(db)
    if (ctx.tenant) await recordAudit(db, ctx.tenant, outcome)
    return outcome
  })
  if (!ctx.tenant) log().info({ action }, 'account changed')
  return result
}

/** The account itself as the target of an event. */
export function accountTarget({ user }: SelfContext): AuditEntry['target'] {
  return { kind: 'user', id: user.id, label: user.email }
}
