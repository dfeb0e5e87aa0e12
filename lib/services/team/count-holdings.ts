import { withTenant } from '#lib/db/tenant.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { inState as keyInState } from '../api-keys/api-key-rows.ts'
import { inState as invitationInState } from '../invitations/invitation-rows.ts'

/** How much of each thing a team has: what a deletion would take away. */
export interface TeamHoldings {
  clusters: number
  members: number
  /** Not expired, not revoked. */
  apiKeys: number
  /** Still open. */
  invitations: number
  auditEvents: number
}

/** Counts what the team has, all in one moment. */
export function countHoldings({ tenantId }: TenantContext): Promise<TeamHoldings> {
  const now = new Date()
  return withTenant(tenantId, async (db) => {
    const head = await db.auditHead.findUnique({ where: { tenantId }, select: { seq: true, prunedSeq: true } })
    return {
      clusters: await db.cluster.count({ where: { tenantId } }),
      members: await db.membership.count({ where: { tenantId } }),
      apiKeys: await db.apiKey.count({ where: { tenantId, ...keyInState('active', now) } }),
      invitations: await db.invitation.count({ where: { tenantId, ...invitationInState('pending', now) } }),
      // The chain has no gaps, so its two ends tell its length: counting a million rows would not.
      auditEvents: head ? Number(head.seq - head.prunedSeq) : 0,
    }
  })
}
