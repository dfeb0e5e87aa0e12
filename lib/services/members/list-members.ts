import type { z } from 'zod'
import type { listMembersQuery, MemberView } from '#lib/contracts/members.ts'
import type { Page } from '#lib/contracts/paging.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { behind, createdKey, likeText, pageOf } from '#lib/services/paging.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { memberFields, showMember } from './member-rows.ts'

/** Members in the order in which they joined; `q` looks into names and addresses. */
export function listMembers(
  { tenantId }: TenantContext,
  { q, role, ...query }: z.output<typeof listMembersQuery>,
): Promise<Page<MemberView>> {
  const text = q ? { contains: likeText(q), mode: 'insensitive' as const } : undefined
  return pageOf(query, {
    list: ['members', { q, role }],
    key: createdKey,
    keyOf: (row) => ({ at: row.createdAt.toISOString(), id: row.userId }),
    fetch: (after, count) =>
      withTenant(tenantId, (db) =>
        db.membership.findMany({
          where: {
            tenantId,
            ...(role ? { role } : {}),
            ...(text ? { user: { OR: [{ email: text }, { name: text }] } } : {}),
            ...behind(after, { ascendingBy: 'userId' }),
          },
          orderBy: [{ createdAt: 'asc' }, { userId: 'asc' }],
          take: count,
          select: memberFields,
        }),
      ),
    show: showMember,
  })
}
