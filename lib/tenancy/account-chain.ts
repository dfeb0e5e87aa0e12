import type { Db } from '#lib/db/pools.ts'
import { log } from '#lib/log.ts'
import type { AuditAuthor, AuditEntry } from './audit-log.ts'
import { recordAudit } from './audit-log.ts'

/** Whose account it is, who acts, and the team they act in or stand in, if any. */
export interface AccountAuthor extends Omit<AuditAuthor, 'tenantId'> {
  userId: string
  teamId: string | null | undefined
}

/**
 * Writes down what happened to an account, in the chain of the team its person acts in. A team that is being deleted is
 * passed over for their oldest other one: what it keeps is on its way out, and an account must not depend on that. Of
 * somebody without a team only the log tells. Needs the system door.
 */
export async function recordAccountEvent(db: Db, author: AccountAuthor, entry: AuditEntry): Promise<void> {
  const { userId, teamId, actor, via, requestId } = author
  const teams = await db.membership.findMany({
    where: { userId, tenant: { closingAt: null } },
    orderBy: [{ createdAt: 'asc' }, { tenantId: 'asc' }],
    select: { tenantId: true },
  })
  const team = teams.find(({ tenantId }) => tenantId === teamId) ?? teams[0]
  if (!team) return log().info({ action: entry.action, actor: `${actor.kind}:${actor.id}` }, 'account changed')
  await recordAudit(db, { tenantId: team.tenantId, actor, via, requestId }, entry)
}
