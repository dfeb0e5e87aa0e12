import { z } from 'zod'
import type { Page } from '#lib/contracts/paging.ts'
import type { ListOrphans, OrphanView } from '#lib/contracts/storage-targets.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { pageOf } from '#lib/services/paging.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { getTargetRow } from './target-rows.ts'

const orphanKey = z.object({ key: z.string() })

/**
 * Objects of a target that no row of the catalogue knew when they were last compared, by key; of very many, the first thousand.
 *
 * @throws AppError `not-found`
 */
export function listOrphans(
  { tenantId }: TenantContext,
  { targetId, ...query }: ListOrphans & { targetId: string },
): Promise<Page<OrphanView>> {
  return pageOf(query, {
    list: ['orphans', { targetId }],
    key: orphanKey,
    keyOf: ({ key }) => ({ key }),
    fetch: (after, count) =>
      withTenant(tenantId, async (db) => {
        await getTargetRow(db, tenantId, targetId)
        return await db.storageOrphan.findMany({
          where: { tenantId, targetId, ...(after ? { key: { gt: after.key } } : {}) },
          orderBy: { key: 'asc' },
          take: count,
        })
      }),
    show: ({ key, sizeBytes, seenAt }) => ({ key, sizeBytes: Number(sizeBytes), seenAt: seenAt.toISOString() }),
  })
}
