import type { z } from 'zod'
import type { ApiKeyView, listApiKeysQuery } from '#lib/contracts/api-keys.ts'
import type { Page } from '#lib/contracts/paging.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { behind, createdKey, pageOf } from '#lib/services/paging.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { inState, showApiKey } from './api-key-rows.ts'

/** Keys of the team, the newest first. */
export function listApiKeys(
  { tenantId }: TenantContext,
  { state, ...query }: z.output<typeof listApiKeysQuery>,
): Promise<Page<ApiKeyView>> {
  return pageOf(query, {
    list: ['api-keys', { state }],
    key: createdKey,
    keyOf: (row) => ({ at: row.createdAt.toISOString(), id: row.id }),
    fetch: (after, count) =>
      withTenant(tenantId, (db) =>
        db.apiKey.findMany({
          where: {
            tenantId,
            ...(state ? inState(state, new Date()) : {}),
            ...behind(after, { descendingBy: 'id' }),
          },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          take: count,
        }),
      ),
    show: showApiKey,
  })
}
