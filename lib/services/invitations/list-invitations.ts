import type { z } from 'zod'
import type { InvitationView, listInvitationsQuery } from '#lib/contracts/invitations.ts'
import type { Page } from '#lib/contracts/paging.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { behind, createdKey, pageOf } from '#lib/services/paging.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { inState, showInvitation } from './invitation-rows.ts'

/** Invitations of the team, the newest first. */
export function listInvitations(
  { tenantId }: TenantContext,
  { state, ...query }: z.output<typeof listInvitationsQuery>,
): Promise<Page<InvitationView>> {
  return pageOf(query, {
    list: ['invitations', { state }],
    key: createdKey,
    keyOf: (row) => ({ at: row.createdAt.toISOString(), id: row.id }),
    fetch: (after, count) =>
      withTenant(tenantId, (db) =>
        db.invitation.findMany({
          where: {
            tenantId,
            ...(state ? inState(state, new Date()) : {}),
            ...behind(after, { descendingBy: 'id' }),
          },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          take: count,
        }),
      ),
    show: showInvitation,
  })
}
