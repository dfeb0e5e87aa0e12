import { z } from 'zod'
import type { ClusterImportView, ImportRowView, listImportRowsQuery } from '#lib/contracts/cluster-imports.ts'
import type { Page, PageQuery } from '#lib/contracts/paging.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { behind, createdKey, pageOf } from '#lib/services/paging.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { countRows, getImportRecord, showImport, showRow } from './import-rows.ts'

/** Imports of the team, newest first. */
export function listImports({ tenantId }: TenantContext, query: PageQuery): Promise<Page<ClusterImportView>> {
  return pageOf(query, {
    list: ['cluster-imports', {}],
    key: createdKey,
    keyOf: ({ record }) => ({ at: record.createdAt.toISOString(), id: record.id }),
    fetch: (after, count) =>
      withTenant(tenantId, async (db) => {
        const records = await db.clusterImport.findMany({
          where: { tenantId, ...behind(after, { descendingBy: 'id' }) },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          take: count,
        })
        const ids = records.map(({ id }) => id)
        const counts = await countRows(db, tenantId, ids)
        return records.map((record) => ({ record, counts: counts.get(record.id) }))
      }),
    show: ({ record, counts }) => showImport(record, counts),
  })
}

/** @throws AppError `not-found` */
export function getImport({ tenantId }: TenantContext, { importId }: { importId: string }): Promise<ClusterImportView> {
  return withTenant(tenantId, async (db) => {
    const record = await getImportRecord(db, tenantId, importId)
    return showImport(record, (await countRows(db, tenantId, [importId])).get(importId))
  })
}

/**
 * Rows of an import in the order of the file.
 *
 * @throws AppError `not-found`
 */
export function listImportRows(
  { tenantId }: TenantContext,
  { importId, state, ...query }: z.output<typeof listImportRowsQuery> & { importId: string },
): Promise<Page<ImportRowView>> {
  return pageOf(query, {
    list: ['cluster-import-rows', { importId, state }],
    key: z.object({ number: z.int() }),
    keyOf: ({ number }) => ({ number }),
    fetch: (after, count) =>
      withTenant(tenantId, async (db) => {
        await getImportRecord(db, tenantId, importId)
        return await db.clusterImportRow.findMany({
          where: {
            tenantId,
            importId,
            ...(state ? { state } : {}),
            ...(after ? { number: { gt: after.number } } : {}),
          },
          orderBy: { number: 'asc' },
          take: count,
        })
      }),
    show: showRow,
  })
}
