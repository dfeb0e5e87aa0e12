import type { TakenBackup } from '#lib/backups/take-backup.ts'
import { takeBackup } from '#lib/backups/take-backup.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError, toAppError } from '#lib/errors.ts'
import { logFailure } from '#lib/log.ts'
import { holdJob } from '#lib/services/jobs/claim-job.ts'
import { announceEvent } from '#lib/tenancy/events.ts'
import { secondMs } from '#lib/time.ts'
import type { BackupJob } from './backup-job.ts'
import { backupSpool, takeBackupPlace } from './backup-places.ts'
import { BackupRecorder } from './backup-recorder.ts'
import type { BackupRow } from './backup-rows.ts'
import { markOutlived } from './mark-outlived.ts'
import type { PreparedBackup } from './prepare-backup.ts'
import { prepareBackup } from './prepare-backup.ts'
import { noteFailure, settleBackup } from './settle-backup.ts'
import { removeTraces, takeUpBackup } from './take-up-backup.ts'

const groupModule = { url: new URL('./key-group-module.ts', import.meta.url).href, name: 'groupOf' }

/**
 * Takes a backup from its row in the catalogue to its verdict. What an attempt before has left in the store is removed first; a
 * failure says on the row what it was, and leaves nothing in the store.
 *
 * @throws AppError as `takeBackup` and `prepareBackup`; `conflict` when the job was taken over
 */
export async function carryOutBackup(job: BackupJob, { backupId }: { backupId: string }): Promise<object | undefined> {
  const row = await takeUpBackup(job, backupId)
  if (!row) return undefined
  using _place = await takeBackupPlace(row.tenantId, job.signal)
  const recorder = new BackupRecorder(job)
  try {
    const prepared = await prepareBackup(row)
    const taken = await carryOut({ job, row, prepared, recorder })
    const event = await settleBackup(job, { row, taken, phases: recorder.finish() })
    announceEvent(row.tenantId, event)
    await letGo(row)
    return { revision: String(taken.judged.revision), keys: taken.report.liveKeys.count }
  } catch (error) {
    const failure = toAppError(error)
    if (failure.code !== 'conflict') await noteFailure(job, { row, failure, phases: recorder.finish() })
    throw error
  }
}

interface Work {
  job: BackupJob
  row: BackupRow
  prepared: PreparedBackup
  recorder: BackupRecorder
}

async function carryOut({ job, row, prepared, recorder }: Work): Promise<TakenBackup> {
  const { target, settings } = prepared
  const limit = AbortSignal.timeout(settings.timeoutSeconds * secondMs)
  const signal = AbortSignal.any([job.signal, limit])
  try {
    await removeTraces(target.store, { objectKey: row.objectKey, signal })
    return await takeBackup({
      ...prepared,
      ...{ store: target.store, compression: settings.compression, groupModule, signal },
      hooks: {
        enter: (phase) => recorder.enter(phase),
        received: (bytes, expected) => recorder.progress(bytes, expected),
        openSpool: async (expectedBytes, either) =>
          (await backupSpool()).reserve({ teamId: row.tenantId, expectedBytes, signal: either }),
        begin: (source, takenAt) => recorder.begin({ row, prepared, source, takenAt }),
        mayComplete: () => demandJob(job),
        mayKeep: () => demandJob(job),
        describe: (taken) => recorder.describe({ row, taken }),
      },
    })
  } catch (error) {
    if (!limit.aborted || job.signal.aborted) throw error
    const { timeoutSeconds } = settings
    throw new AppError('timed-out', `The backup took longer than ${timeoutSeconds} s`, { cause: error })
  } finally {
    target.store.close()
  }
}

/** @throws AppError `conflict` when it was taken over */
function demandJob(job: BackupJob): Promise<void> {
  return withTenant(job.tenantId, (db) => holdJob(db, job))
}

/** The backup stands whatever becomes of this: the next one tries again. */
async function letGo({ tenantId, clusterId }: BackupRow): Promise<void> {
  try {
    await markOutlived({ tenantId, clusterId })
  } catch (error) {
    logFailure(error, `backups of cluster ${clusterId} that have outlived their time could not be marked`)
  }
}
