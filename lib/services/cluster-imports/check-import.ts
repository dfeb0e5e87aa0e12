import { withTenant } from '#lib/db/tenant.ts'
import { holdJob } from '#lib/services/jobs/claim-job.ts'
import { announceEvent, appendEvent } from '#lib/tenancy/events.ts'
import { countRows, lockImport } from './import-rows.ts'
import { judgeRow } from './judge-row.ts'
import { takeUpImport } from './take-up-import.ts'
import type { ImportJob } from './work-on-rows.ts'
import { workOnRows } from './work-on-rows.ts'

/** Looks at every row of an import that nobody has looked at yet; afterwards it waits for somebody to go on. */
export async function checkImport(job: ImportJob, { importId }: { importId: string }): Promise<object> {
  const { tenantId, signal } = job
  await takeUpImport(job, { importId, state: 'checking' })
  await workOnRows(job, {
    importId,
    states: ['waiting'],
    failedState: 'refused',
    isLast: false,
    work: async ({ input }) => {
      const { state, problems } = await judgeRow(input, { tenantId, signal })
      return async () => ({ state, problems })
    },
  })
  const { seq, counts } = await withTenant(tenantId, async (db) => {
    await holdJob(db, job)
    const { state } = await lockImport(db, tenantId, importId)
    if (state === 'checking') {
      await db.clusterImport.update({ where: { tenantId_id: { tenantId, id: importId } }, data: { state: 'checked' } })
    }
    return {
      counts: (await countRows(db, tenantId, [importId])).get(importId) ?? {},
      seq: await appendEvent(db, tenantId, { kind: 'cluster-import.changed', payload: { importId } }),
    }
  })
  announceEvent(tenantId, seq)
  return counts
}
