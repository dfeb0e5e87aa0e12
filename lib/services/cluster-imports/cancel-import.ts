import type { ClusterImportView } from '#lib/contracts/cluster-imports.ts'
import { AppError } from '#lib/errors.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { countRows, lockImport, showImport } from './import-rows.ts'

/**
 * Gives an import up, at any time before its end: the rows that are not in yet stay out, and the secrets in all of them are
 * forgotten. What is in by then stays in.
 *
 * @throws AppError `not-found`, `import-not-ready` once it is over
 */
export async function cancelImport(ctx: TenantContext, { importId }: { importId: string }): Promise<ClusterImportView> {
  const { tenantId } = ctx
  return await mutate(ctx, async (db) => {
    const record = await lockImport(db, tenantId, importId)
    if (record.finishedAt) throw new AppError('import-not-ready', `Import ${importId} is ${record.state}`)
    await db.clusterImportRow.updateMany({
      where: { tenantId, importId, state: { in: ['waiting', 'ready', 'warned'] } },
      data: { state: 'cancelled' },
    })
    await db.clusterImportRow.updateMany({ where: { tenantId, importId }, data: { sealed: null } })
    const cancelled = await db.clusterImport.update({
      where: { tenantId_id: { tenantId, id: importId } },
      data: { state: 'cancelled', finishedAt: new Date() },
    })
    return {
      result: showImport(cancelled, (await countRows(db, tenantId, [importId])).get(importId)),
      action: 'cluster-import.cancelled',
      target: { kind: 'cluster-import', id: importId, label: record.fileName || record.format },
      event: { kind: 'cluster-import.changed', payload: { importId } },
    }
  })
}
