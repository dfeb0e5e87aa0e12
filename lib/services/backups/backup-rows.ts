import { z } from 'zod'
import type { BackupDetailView, BackupView } from '#lib/contracts/backup-catalogue.ts'
import { backupReason, backupStatus, compression } from '#lib/contracts/backups.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'

export type BackupRow = Awaited<ReturnType<typeof getBackupRow>>

/** What lists show besides the row itself. */
export const shownWithBackup = {
  target: { select: { name: true, kind: true } },
  drills: {
    where: { state: { in: ['proven', 'disproven', 'not-proven'] } },
    orderBy: { createdAt: 'desc' as const },
    take: 1,
    select: { id: true, state: true, endedAt: true, createdAt: true },
  },
}

/** @throws AppError `not-found` for an id that is unknown, another team's, or of a backup that was deleted */
export async function getBackupRow(db: Db, tenantId: string, backupId: string) {
  const row = await db.backup.findUnique({
    where: { tenantId_id: { tenantId, id: backupId }, deletedAt: null },
    include: shownWithBackup,
  })
  if (!row) throw new AppError('not-found', `Team ${tenantId} has no backup ${backupId}`)
  return row
}

/** The same, with nobody else changing it until the transaction ends. */
export async function lockBackup(db: Db, tenantId: string, backupId: string): Promise<BackupRow> {
  await db.$queryRaw`
    SELECT 1 FROM backup WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${backupId}::uuid FOR UPDATE`
  return await getBackupRow(db, tenantId, backupId)
}

/** What of a backup is kept as one: numbers of 64 bits as text. */
export const storedReport = z
  .object({
    compactRevision: z.string().nullable().default(null),
    entries: z.string().nullable().default(null),
    counts: z.array(z.object({ name: z.string(), live: z.string(), snapshot: z.string() })).default([]),
    hash: z.object({ revision: z.string(), hash: z.number(), compactRevision: z.string() }).nullable().default(null),
  })
  .catch({ compactRevision: null, entries: null, counts: [], hash: null })
export type StoredReport = z.output<typeof storedReport>

const numbers = z.record(z.string(), z.number()).catch({})
const details = z.record(z.string(), z.json()).catch({})

export function showBackup(row: BackupRow): BackupView {
  const { id, clusterId, clusterName, targetId, requestedBy, isPinned, problem, serverVersion } = row
  const [drill] = row.drills
  return {
    id,
    clusterId,
    clusterName,
    targetId,
    targetName: row.target.name,
    state: backupStatus.parse(row.state),
    reason: backupReason.parse(row.reason),
    requestedBy,
    isPinned,
    problem,
    problemDetails: details.parse(row.problemDetails),
    revision: row.revision === null ? null : String(row.revision),
    keys: row.keys === null ? null : String(row.keys),
    sizeBytes: numberOf(row.sizeBytes),
    storedBytes: numberOf(row.storedBytes),
    compression: compression.parse(row.compression),
    isEncrypted: row.sealedKey !== null,
    serverVersion,
    member: row.memberId === '' ? null : { id: row.memberId, name: row.memberName, role: row.memberRole },
    phases: numbers.parse(row.phases),
    jobId: row.jobId,
    proof: drill ? { drillId: drill.id, state: drill.state, at: timeOf(drill.endedAt ?? drill.createdAt) } : null,
    createdAt: row.createdAt.toISOString(),
    ...timesOf(row),
  }
}

function timesOf({ deletingAt, takenAt, endedAt, verifiedAt, missingSince }: BackupRow) {
  return {
    deletingAt: deletingAt?.toISOString() ?? null,
    takenAt: takenAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
    verifiedAt: verifiedAt?.toISOString() ?? null,
    missingSince: missingSince?.toISOString() ?? null,
  }
}

export function showBackupDetail(
  row: BackupRow,
  { keptBy, place }: { keptBy: string[]; place: string },
): BackupDetailView {
  const { compactRevision, entries, counts } = storedReport.parse(row.report)
  const { objectKey, sha256, storedSha256, etcdClusterId } = row
  return {
    ...showBackup(row),
    ...{ objectKey, sha256, storedSha256, etcdClusterId, compactRevision, entries, counts, keptBy },
    target: { kind: row.target.kind, place },
  }
}

/** Files are far below 2^53 bytes. */
function numberOf(bytes: bigint | null): number | null {
  return bytes === null ? null : Number(bytes)
}

function timeOf(at: Date): string {
  return at.toISOString()
}
