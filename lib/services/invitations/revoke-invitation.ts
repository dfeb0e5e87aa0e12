import type { InvitationView } from '#lib/contracts/invitations.ts'
import { AppError } from '#lib/errors.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { showInvitation } from './invitation-rows.ts'

/**
 * Withdraws an invitation nobody has accepted; its link is dead at once.
 *
 * @throws AppError `not-found`, `conflict` when it was accepted or withdrawn meanwhile
 */
export async function revokeInvitation(
  ctx: TenantContext,
  { invitationId: id }: { invitationId: string },
): Promise<InvitationView> {
  const { tenantId } = ctx
  return await mutate(ctx, async (db) => {
    // Compare and set: of an acceptance and a withdrawal in the same moment only one finds the row open.
    const [row] = await db.invitation.updateManyAndReturn({
      where: { tenantId, id, acceptedAt: null, revokedAt: null },
      data: { revokedAt: new Date(), tokenSealed: null },
    })
    if (!row) {
      const known = await db.invitation.count({ where: { tenantId, id } })
      throw new AppError(known > 0 ? 'conflict' : 'not-found', `Invitation ${id} cannot be withdrawn`)
    }
    return {
      result: showInvitation(row),
      action: 'invitation.revoked',
      target: { kind: 'invitation', id, label: row.email },
      event: { kind: 'invitation.revoked', payload: { invitationId: id } },
    }
  })
}
