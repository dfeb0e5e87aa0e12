import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { AppError } from '#lib/errors.ts'
import { logFailure } from '#lib/log.ts'
import type { Delivery } from '#lib/queue/delivery.ts'
import type { DrillReport } from '#lib/restores/drill.ts'
import type { BackupRow } from '#lib/services/backups/backup-rows.ts'
import { holdJob } from '#lib/services/jobs/claim-job.ts'
import { appendEvent } from '#lib/tenancy/events.ts'
import { makeCertificate } from './certificate.ts'
import type { DrillRow, StoredDrillReport } from './drill-rows.ts'
import { comparisonsOf } from './shown-comparisons.ts'

interface Settling {
  drill: DrillRow
  backup: BackupRow
  report: DrillReport
  tookMs: number
}

/**
 * Writes the verdict of a drill, and its certificate where it is proven. Gives the live event to be announced.
 *
 * @throws AppError `conflict` when the job was taken over
 */
export function settleDrill(job: Delivery, { drill, backup, report, tookMs }: Settling): Promise<bigint> {
  const { tenantId, id, clusterId } = drill
  return withTenant(tenantId, async (db) => {
    await holdJob(db, job)
    const endedAt = new Date()
    const isProven = report.verdict === 'proven'
    const certificate = isProven ? await makeCertificate(db, { drill, backup, report, tookMs, endedAt }) : undefined
    await db.drill.update({
      where: { tenantId_id: { tenantId, id } },
      data: {
        ...{ state: report.verdict, endedAt, tookMs, problem: report.failure?.code ?? report.differences[0] ?? null },
        report: storedOf(report),
        ...(certificate ? { certificate } : {}),
      },
    })
    if (report.verdict === 'disproven') await doubt(db, backup, report)
    return await appendEvent(db, tenantId, { kind: 'drill.changed', payload: { clusterId, drillId: id } })
  })
}

/** What did not come back as it was is offered to nobody any more, and no longer stands for the last good one. */
async function doubt(db: Db, { tenantId, id }: BackupRow, { failure, differences }: DrillReport): Promise<void> {
  await db.backup.updateMany({
    where: { tenantId, id, state: 'verified' },
    data: {
      state: 'unverified',
      problem: 'drill-disproven',
      problemDetails: { cause: failure?.code ?? differences.join(', ') },
    },
  })
}

/** Notes on the row why an attempt came to no verdict; whether it was the last is for the job to say. */
export async function noteDrillFailure(
  job: Delivery,
  { drill: { tenantId, id }, failure }: { drill: DrillRow; failure: AppError },
): Promise<void> {
  try {
    await withTenant(tenantId, async (db) => {
      await holdJob(db, job)
      await db.drill.updateMany({ where: { tenantId, id, state: 'running' }, data: { problem: failure.code } })
    })
  } catch (error) {
    logFailure(error, `the failure of drill ${id} could not be noted`)
  }
}

function storedOf({ etcdVersion, seconds, comparisons, failure }: DrillReport): StoredDrillReport {
  return {
    etcdVersion,
    seconds,
    comparisons: comparisonsOf({ comparisons }),
    problemDetails: wordsOf(failure?.details ?? {}),
  }
}

/** Words and numbers alone. */
function wordsOf(details: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> {
  const shown = Object.entries(details).flatMap(([name, value]) => {
    if (Array.isArray(value)) return [[name, value.join(', ')]]
    return ['string', 'number', 'boolean'].includes(typeof value) ? [[name, value as string]] : []
  })
  return Object.fromEntries(shown)
}
