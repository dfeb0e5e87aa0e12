import type { TakenBackup } from '#lib/backups/take-backup.ts'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { AppError } from '#lib/errors.ts'
import { logFailure } from '#lib/log.ts'
import type { Delivery } from '#lib/queue/delivery.ts'
import { holdJob } from '#lib/services/jobs/claim-job.ts'
import { announceEvent, appendEvent } from '#lib/tenancy/events.ts'
import type { BackupRow, StoredReport } from './backup-rows.ts'

interface Settling {
  row: BackupRow
  taken: TakenBackup
  phases: Record<string, number>
}

/**
 * Writes what a backup is: verified, or unverified with the doubt there is. Gives the live event to be announced.
 *
 * @throws AppError `conflict` when the job was taken over
 */
export function settleBackup(job: Delivery, { row, taken, phases }: Settling): Promise<bigint> {
  const { tenantId, id, clusterId } = row
  const { judged, report, received, stored } = taken
  const isVerified = judged.doubt === null
  return withTenant(tenantId, async (db) => {
    await holdJob(db, job)
    const now = new Date()
    await db.backup.update({
      where: { tenantId_id: { tenantId, id } },
      data: {
        ...{ state: isVerified ? 'verified' : 'unverified', problem: judged.doubt, endedAt: now, phases },
        ...{ verifiedAt: isVerified ? now : null, revision: judged.revision, keys: BigInt(report.liveKeys.count) },
        ...{ sizeBytes: BigInt(received.sizeBytes), sha256: received.sha256 },
        ...{ storedBytes: BigInt(stored.sizeBytes), storedSha256: stored.sha256 },
        report: reportOf(taken),
      },
    })
    if (judged.hash) {
      await db.backupPlan.updateMany({
        where: { tenantId, clusterId },
        data: { hashedAt: now, hashTookMs: judged.hash.tookMs },
      })
    }
    await db.storageTarget.updateMany({
      where: { tenantId, id: row.targetId, problem: { not: null } },
      data: { problem: null },
    })
    return await tell(db, row)
  })
}

/** What was counted, beside what the live cluster said: total first. */
function reportOf({ judged: { live, hash }, report }: TakenBackup): StoredReport {
  const { liveKeys, compactRevision, entryCount } = report
  const total = live ? [{ name: '', live: String(live.keys), snapshot: String(liveKeys.count) }] : []
  const groups = liveKeys.groups.flatMap(({ name, count }) => {
    const said = live?.groups[name]
    return said === undefined ? [] : [{ name, live: String(said), snapshot: String(count) }]
  })
  return {
    compactRevision: compactRevision.finished === undefined ? null : String(compactRevision.finished),
    entries: String(entryCount),
    counts: [...total, ...groups],
    hash: hash && { revision: String(hash.revision), hash: hash.hash, compactRevision: String(hash.compactRevision) },
  }
}

interface Failing {
  row: BackupRow
  failure: AppError
  phases: Record<string, number>
}

/**
 * Notes on the row why an attempt failed; whether it was the last is for the job to say. A verdict whose answer from the database
 * got lost stands as it is.
 */
export async function noteFailure(job: Delivery, { row, failure, phases }: Failing): Promise<void> {
  const { tenantId, id } = row
  try {
    const seq = await withTenant(tenantId, async (db) => {
      await holdJob(db, job)
      await db.backup.updateMany({
        where: { tenantId, id, state: 'running' },
        data: { problem: failure.code, problemDetails: shownDetails(failure), phases },
      })
      if (failure.code.startsWith('storage-')) {
        await db.storageTarget.updateMany({ where: { tenantId, id: row.targetId }, data: { problem: failure.code } })
      }
      return await tell(db, row)
    })
    announceEvent(tenantId, seq)
  } catch (error) {
    logFailure(error, `the failure of backup ${id} could not be noted`)
  }
}

/** Words and numbers alone. */
function shownDetails({ details }: AppError): Record<string, string | number | boolean> {
  const shown = Object.entries(details).flatMap(([name, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value) ? [[name, value as string]] : [],
  )
  return Object.fromEntries(shown)
}

function tell(db: Db, { tenantId, clusterId, id }: BackupRow): Promise<bigint> {
  return appendEvent(db, tenantId, { kind: 'backup.changed', payload: { clusterId, backupId: id } })
}
