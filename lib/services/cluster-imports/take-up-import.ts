import { withTenant } from '#lib/db/tenant.ts'
import { holdJob } from '#lib/services/jobs/claim-job.ts'
import { lockImport } from './import-rows.ts'
import type { ImportJob } from './work-on-rows.ts'

/**
 * A job that was called off and is done again goes on where it was: its import is under way again, and rows nobody had looked
 * at then are waiting again. Does nothing for an import that is under way, done, or given up.
 */
export async function takeUpImport(
  job: ImportJob,
  { importId, state }: { importId: string; state: 'checking' | 'importing' },
): Promise<void> {
  const { tenantId } = job
  await withTenant(tenantId, async (db) => {
    await holdJob(db, job)
    const current = await lockImport(db, tenantId, importId)
    if (current.state !== 'checked') return
    await db.clusterImport.update({ where: { tenantId_id: { tenantId, id: importId } }, data: { state } })
    if (state === 'importing') return
    await db.clusterImportRow.updateMany({
      where: { tenantId, importId, state: 'cancelled', sealed: { not: null } },
      data: { state: 'waiting' },
    })
  })
}
