import { role } from '#lib/contracts/roles.ts'
import { plans } from '#lib/contracts/team.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import { hashToken, hasValidChecksum } from '#lib/ids.ts'
import type { QuotaLimits } from '#lib/tenancy/quotas.ts'
import { limitsOf } from '#lib/tenancy/quotas.ts'
import { inState } from './invitation-rows.ts'

/** An invitation as its bearer may see it. */
export interface Offer {
  tenantId: string
  invitationId: string
  teamName: string
  email: string
  role: ReturnType<typeof role.parse>
  invitedBy: string
  expiresAt: Date
  quotas: QuotaLimits
}

/**
 * The open invitation behind a token. Used, withdrawn, too old, of a team that is being deleted, mistyped: all the same
 * answer. Needs the system door, since its bearer belongs to no team yet.
 *
 * @throws AppError `invitation-invalid`
 */
export async function getOffer(db: Db, token: string): Promise<Offer> {
  const row = hasValidChecksum(token)
    ? await db.invitation.findFirst({
        where: { tokenHash: hashToken(token), ...inState('pending', new Date()), tenant: { closingAt: null } },
        include: { tenant: { select: { name: true, plan: true, quotaOverrides: true } } },
      })
    : null
  if (!row) throw new AppError('invitation-invalid', 'No open invitation has this token')
  const { name, plan, quotaOverrides } = row.tenant
  return {
    tenantId: row.tenantId,
    invitationId: row.id,
    teamName: name,
    email: row.email,
    role: role.parse(row.role),
    invitedBy: row.invitedBy,
    expiresAt: row.expiresAt,
    quotas: limitsOf(plans.find((known) => known === plan) ?? 'community', quotaOverrides),
  }
}
