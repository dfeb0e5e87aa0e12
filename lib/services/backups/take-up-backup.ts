import { manifestKeyOf } from '#lib/backups/object-key.ts'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import type { Delivery } from '#lib/queue/delivery.ts'
import { holdJob } from '#lib/services/jobs/claim-job.ts'
import type { ObjectStore } from '#lib/storage/object-store.ts'
import type { BackupRow } from './backup-rows.ts'
import { lockBackup } from './backup-rows.ts'

/**
 * Takes up the row of a backup for this attempt: it is under way, whatever an attempt before left it as. Undefined where it is
 * done already.
 *
 * @throws AppError `conflict` when the job was taken over; `backup-under-way` when another one of the cluster runs meanwhile;
 *   `backup-not-usable` when its row is about to go
 */
export function takeUpBackup(job: Delivery, backupId: string): Promise<BackupRow | undefined> {
  const { tenantId } = job
  return withTenant(tenantId, async (db) => {
    await holdJob(db, job)
    const row = await lockBackup(db, tenantId, backupId)
    if (row.state === 'verified' || row.state === 'unverified' || row.state === 'missing') return undefined
    if (row.deletingAt !== null) throw new AppError('backup-not-usable', `Backup ${backupId} is being deleted`)
    if (row.state === 'failed') await demandNoOther(db, row)
    await db.backup.update({
      where: { tenantId_id: { tenantId, id: backupId } },
      data: { state: 'running', endedAt: null, problem: null, problemDetails: {} },
    })
    return row
  })
}

/** One that failed and is tried again by hand must not run beside a newer one. */
async function demandNoOther(db: Db, { tenantId, clusterId, id }: BackupRow): Promise<void> {
  const other = await db.backup.findFirst({
    where: { tenantId, clusterId, id: { not: id }, state: { in: ['pending', 'running'] } },
    select: { id: true },
  })
  if (other) throw new AppError('backup-under-way', `Backup ${other.id} of the same cluster is under way`)
}

/**
 * Removes what an attempt that was broken off has left in the store: its object, if it came so far, the manifest beside it, and
 * its unfinished upload. Nobody else ever writes under that name.
 */
export async function removeTraces(
  store: ObjectStore,
  { objectKey, signal }: { objectKey: string; signal: AbortSignal },
): Promise<void> {
  if (objectKey === '') return
  const folder = objectKey.slice(0, objectKey.lastIndexOf('/') + 1)
  for (const upload of await store.listUploads(folder, { signal })) {
    if (upload.key === objectKey) await store.abortUpload(upload, { signal })
  }
  await store.delete(manifestKeyOf(objectKey), { signal })
  await store.delete(objectKey, { signal })
}
