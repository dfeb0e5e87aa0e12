import type { Db } from '#lib/db/pools.ts'
import type { JobName } from '#lib/jobs/job-definitions.ts'
import { stopBackup } from '#lib/services/backups/stop-backup.ts'
import { stopImport } from '#lib/services/cluster-imports/stop-import.ts'
import { stopDrill } from '#lib/services/drills/stop-drill.ts'

/** What a kind of job leaves undone when it ends without having done its work; kinds that leave nothing are not named. */
const ends: { readonly [Name in JobName]?: (db: Db, tenantId: string, payload: unknown) => Promise<void> } = {
  'check-cluster-import': stopImport,
  'run-cluster-import': stopImport,
  'take-backup': stopBackup,
  'run-drill': stopDrill,
}

interface UnfinishedJob {
  tenantId: string
  kind: string
  payload: unknown
}

/** To be called in the transaction that ends a job as failed or cancelled: what it was about must not go on as under way. */
export async function endSubject(db: Db, { tenantId, kind, payload }: UnfinishedJob): Promise<void> {
  const end = Object.entries(ends).find(([name]) => name === kind)?.[1]
  await end?.(db, tenantId, payload)
}
