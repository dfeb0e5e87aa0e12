import { z } from 'zod'
import type { DrillView } from '#lib/contracts/backup-catalogue.ts'
import { drillStates, drillView } from '#lib/contracts/backup-catalogue.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'

export type DrillRow = Awaited<ReturnType<typeof getDrillRow>>

export const shownWithDrill = { backup: { select: { takenAt: true } } }

/** @throws AppError `not-found` for an id that is unknown, or another team's */
export async function getDrillRow(db: Db, tenantId: string, drillId: string) {
  const row = await db.drill.findUnique({
    where: { tenantId_id: { tenantId, id: drillId } },
    include: shownWithDrill,
  })
  if (!row) throw new AppError('not-found', `Team ${tenantId} has no drill ${drillId}`)
  return row
}

const nothing = { etcdVersion: null, seconds: {}, comparisons: [], problemDetails: {} }

/** What of a drill is kept as one. */
export const storedDrillReport = z
  .object({
    etcdVersion: drillView.shape.etcdVersion.default(null),
    seconds: drillView.shape.seconds.default({}),
    comparisons: drillView.shape.comparisons.default([]),
    problemDetails: drillView.shape.problemDetails.default({}),
  })
  .catch(nothing)
export type StoredDrillReport = z.output<typeof storedDrillReport>

const state = z.enum(drillStates)
const reason = z.enum(['schedule', 'manual'])

export function showDrill(row: DrillRow): DrillView {
  const { id, clusterId, clusterName, backupId, requestedBy, problem, tookMs } = row
  return {
    ...storedDrillReport.parse(row.report),
    ...{ id, clusterId, clusterName, backupId, requestedBy, problem },
    state: state.parse(row.state),
    reason: reason.parse(row.reason),
    backupTakenAt: row.backup.takenAt?.toISOString() ?? null,
    rtoMs: tookMs,
    hasCertificate: row.certificate !== null,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  }
}
