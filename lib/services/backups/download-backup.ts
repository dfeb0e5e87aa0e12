import type { BackupFileView } from '#lib/contracts/backup-catalogue.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import { log, logFailure } from '#lib/log.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { addMs, hourMs } from '#lib/time.ts'
import type { BackupRow } from './backup-rows.ts'
import { getBackupRow } from './backup-rows.ts'
import { demandUsable, readSnapshot } from './open-backup.ts'

/** A reader slower than that may find the backup gone, and then sees it. */
const usedForMs = 6 * hourMs

interface DownloadedFile {
  body: ReadableStream<Uint8Array>
  fileName: string
}

/**
 * The snapshot of a verified backup, unpacked and decrypted: what `etcdctl snapshot restore` takes. Every byte is compared with what
 * was verified; a file that ends whole is whole. The download is audited before its first byte.
 *
 * @throws AppError `not-found`, `backup-not-usable`, `storage-*`, `backup-key-wrong` before the answer begins
 */
export async function downloadBackup(ctx: TenantContext, { backupId }: { backupId: string }): Promise<DownloadedFile> {
  const { tenantId } = ctx
  const found = await withTenant(tenantId, (db) => getBackupRow(db, tenantId, backupId))
  demandUsable(found)
  const end = new AbortController()
  const parts = readSnapshot(found, end.signal)
  // The first part before the answer: what cannot be read is told in words, not by a file that breaks off.
  const first = await parts.next()
  if (first.done) throw new AppError('backup-not-usable', `Backup ${backupId} is empty`)
  const row = await recordDownload(ctx, backupId)
  let held: Uint8Array | undefined = first.value
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        if (held) controller.enqueue(held)
        held = undefined
        const { value, done } = await parts.next()
        if (!done) held = value
        else controller.close()
      } catch (error) {
        // The answer has begun: cutting it off is the only way left to say that it is not whole.
        logFailure(error, 'the download of a backup broke off')
        controller.error(error)
      }
    },
    async cancel() {
      end.abort()
      await parts.return(undefined).catch(() => log().debug({ backupId }, 'a download was given up'))
    },
  })
  return { body, fileName: fileNameOf(row) }
}

/**
 * What a download would give, after the first bytes were read: whoever is about to download learns in words what stands in the way,
 * which a browser that saves a file does not show.
 *
 * @throws AppError as `downloadBackup`
 */
export async function tryDownload(ctx: TenantContext, { backupId }: { backupId: string }): Promise<BackupFileView> {
  const { tenantId, signal } = ctx
  const row = await withTenant(tenantId, (db) => getBackupRow(db, tenantId, backupId))
  const parts = readSnapshot(row, signal)
  const { done } = await parts.next()
  await parts.return(undefined)
  if (done) throw new AppError('backup-not-usable', `Backup ${backupId} is empty`)
  return { fileName: fileNameOf(row), sizeBytes: Number(row.sizeBytes), sha256: row.sha256 }
}

function recordDownload(ctx: TenantContext, backupId: string): Promise<BackupRow> {
  const { tenantId } = ctx
  return mutate(ctx, async (db) => {
    const row = await getBackupRow(db, tenantId, backupId)
    demandUsable(row)
    await db.backup.update({
      where: { tenantId_id: { tenantId, id: backupId } },
      data: { usedUntil: addMs(new Date(), usedForMs) },
    })
    return {
      result: row,
      action: 'backup.downloaded',
      target: { kind: 'backup', id: backupId, label: row.clusterName },
      diff: { takenAt: row.takenAt?.toISOString() ?? null, sizeBytes: Number(row.sizeBytes) },
    }
  })
}

/** `orders-20261123T060000Z-r48121.db` */
function fileNameOf({ clusterName, takenAt, createdAt, revision }: BackupRow): string {
  const time = (takenAt ?? createdAt)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '')
  return `${clusterName.replaceAll(/[^\w.-]+/g, '-')}-${time}-r${revision}.db`
}
