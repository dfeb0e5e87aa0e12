import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { JobProgress } from '#lib/contracts/jobs.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { toAppError } from '#lib/errors.ts'
import { Places } from '#lib/places.ts'
import { processWide } from '#lib/process-wide.ts'
import type { Delivery } from '#lib/queue/delivery.ts'
import type { DrillReport } from '#lib/restores/drill.ts'
import { drillSnapshot } from '#lib/restores/drill.ts'
import { backupSpool, drillDirectory } from '#lib/services/backups/backup-places.ts'
import type { BackupRow } from '#lib/services/backups/backup-rows.ts'
import { getBackupRow } from '#lib/services/backups/backup-rows.ts'
import { readSnapshot } from '#lib/services/backups/open-backup.ts'
import { holdJob } from '#lib/services/jobs/claim-job.ts'
import { announceEvent } from '#lib/tenancy/events.ts'
import { hourMs, minuteMs } from '#lib/time.ts'
import { expectationOf } from './drill-expectation.ts'
import type { DrillRow } from './drill-rows.ts'
import { getDrillRow } from './drill-rows.ts'
import { noteDrillFailure, settleDrill } from './settle-drill.ts'

/** The job that proves a backup, as its handler gets it. */
export interface DrillJob extends Delivery {
  requestId: string
  signal: AbortSignal
  report(progress: JobProgress): void
}

/** A throw-away etcd reads and writes as much as it can get. */
const drillsAtOnce = 2
/** One whose store is slow must not keep every other team's out. */
const drillsOfOneTeam = 1
const mib = 1024 * 1024
/** The snapshot is copied, the copy becomes the database, and that may be written anew. */
const diskPerSnapshotByte = 4
/** Besides the database, which is mapped: etcd's index of a million keys. */
const memoryMaxBytes = 1024 * mib
const diskBaseBytes = 512 * mib
const deadlineBaseMs = 10 * minuteMs

const places = processWide('drill-places', () => new Places(drillsAtOnce, drillsOfOneTeam))

/**
 * Proves a backup as it would be needed: reads it from its target, restores it into an etcd of one use, and compares. What comes
 * of it is a verdict, written with all that was compared; only weather is a failure of the job.
 *
 * @throws AppError `storage-*` and whatever else may be better later; `conflict` when the job was taken over
 */
export async function carryOutDrill(job: DrillJob, { drillId }: { drillId: string }): Promise<object | undefined> {
  const taken = await takeUp(job, drillId)
  if (!taken) return undefined
  using _place = await places.take(job.signal, job.tenantId)
  const beganMs = performance.now()
  try {
    const report = await prove(job, taken.backup)
    const tookMs = Math.round(performance.now() - beganMs)
    const seq = await settleDrill(job, { ...taken, report, tookMs })
    announceEvent(job.tenantId, seq)
    return { verdict: report.verdict }
  } catch (error) {
    const failure = toAppError(error)
    if (failure.code !== 'conflict') await noteDrillFailure(job, { drill: taken.drill, failure })
    throw error
  }
}

interface Taken {
  drill: DrillRow
  backup: BackupRow
}

function takeUp(job: DrillJob, drillId: string): Promise<Taken | undefined> {
  const { tenantId } = job
  return withTenant(tenantId, async (db) => {
    await holdJob(db, job)
    const drill = await getDrillRow(db, tenantId, drillId)
    if (drill.state === 'proven' || drill.state === 'disproven') return undefined
    await db.drill.update({
      where: { tenantId_id: { tenantId, id: drillId } },
      data: { state: 'running', endedAt: null, problem: null },
    })
    return { drill, backup: await getBackupRow(db, tenantId, drill.backupId) }
  })
}

async function prove(job: DrillJob, backup: BackupRow): Promise<DrillReport> {
  const { tenantId, signal } = job
  const sizeBytes = Number(backup.sizeBytes)
  job.report({ done: 0, total: null, step: 'fetch' })
  await using place = await (await backupSpool()).reserve({ teamId: tenantId, expectedBytes: sizeBytes, signal })
  try {
    await fetchSnapshot(job, { backup, path: place.path })
  } catch (error) {
    signal.throwIfAborted()
    return unreadable(error)
  }
  return await drillSnapshot({
    file: place.path,
    minor: /^\d+\.\d+/.exec(backup.serverVersion)?.[0] ?? '',
    expected: expectationOf(backup),
    parentDir: await drillDirectory(),
    limits: {
      diskMaxBytes: diskBaseBytes + diskPerSnapshotByte * sizeBytes,
      memoryMaxBytes,
      deadlineMs: Math.min(deadlineBaseMs + sizeBytes / 10_000, hourMs),
    },
    signal,
    onStage: (step) => job.report({ done: 0, total: null, step }),
  })
}

async function fetchSnapshot(job: DrillJob, { backup, path }: { backup: BackupRow; path: string }): Promise<void> {
  const { signal } = job
  let done = 0
  async function* counted() {
    for await (const part of readSnapshot(backup, signal)) {
      done += part.length
      job.report({ done, total: Number(backup.sizeBytes), step: 'fetch' })
      yield part
    }
  }
  await pipeline(counted(), createWriteStream(path, { mode: 0o600, flags: 'wx' }), { signal })
}

/** What is known for certain of a backup that cannot be read: that it is not what it was. Weather is tried again. */
function unreadable(cause: unknown): DrillReport {
  const error = toAppError(cause)
  const isGone = error.code === 'backup-damaged' || error.code === 'storage-object-missing'
  if (!isGone) throw error
  const failure = { code: 'not-readable' as const, details: { code: error.code }, verdict: 'disproven' as const }
  const nothing = { basis: null, differences: [], comparisons: [], etcdVersion: null, alarms: [] }
  return { ...nothing, verdict: 'disproven', failure, seconds: { restore: null, start: null, compare: null, total: 0 } }
}
