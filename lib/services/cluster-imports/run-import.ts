import type { ClusterImportView } from '#lib/contracts/cluster-imports.ts'
import { AppError } from '#lib/errors.ts'
import { enqueue } from '#lib/jobs/enqueue.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { countRows, lockImport, showImport } from './import-rows.ts'

/**
 * Has the rows brought in that passed their look; refused ones stay out.
 *
 * @throws AppError `not-found`, `import-not-ready` unless every row was looked at and nobody has gone on
 */
export async function runImport(ctx: TenantContext, { importId }: { importId: string }): Promise<ClusterImportView> {
  const { tenantId } = ctx
  return await mutate(ctx, async (db) => {
    const record = await lockImport(db, tenantId, importId)
    if (record.state !== 'checked') throw new AppError('import-not-ready', `Import ${importId} is ${record.state}`)
    await db.clusterImport.update({
      where: { tenantId_id: { tenantId, id: importId } },
      data: { state: 'importing' },
    })
    const subject = { kind: 'cluster-import', id: importId, label: record.fileName || record.format }
    await enqueue(db, ctx, { kind: 'run-cluster-import', payload: { importId }, subject })
    const counts = (await countRows(db, tenantId, [importId])).get(importId)
    return {
      result: showImport({ ...record, state: 'importing' }, counts),
      action: 'cluster-import.run',
      target: subject,
      diff: { rows: [null, (counts?.ready ?? 0) + (counts?.warned ?? 0)] },
      event: { kind: 'cluster-import.changed', payload: { importId } },
    }
  })
}
