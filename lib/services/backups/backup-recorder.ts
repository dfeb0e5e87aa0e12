import { newBackupKey } from '#lib/backup-format/backup-key.ts'
import type { Encryption } from '#lib/backup-format/encrypt-chunks.ts'
import { writeManifest } from '#lib/backup-format/manifest.ts'
import type { SnapshotSource } from '#lib/backups/find-sources.ts'
import { backupKey, manifestKeyOf } from '#lib/backups/object-key.ts'
import type { TakenBackup } from '#lib/backups/take-backup.ts'
import type { BackupPhase } from '#lib/contracts/backup-catalogue.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { holdJob } from '#lib/services/jobs/claim-job.ts'
import { teamKeyOf } from '#lib/tenancy/tenant-keys.ts'
import type { BackupJob } from './backup-job.ts'
import type { BackupRow } from './backup-rows.ts'
import type { PreparedBackup } from './prepare-backup.ts'
import { toManifest } from './to-manifest.ts'

interface Beginning {
  row: BackupRow
  prepared: PreparedBackup
  source: SnapshotSource
  takenAt: Date
}

/** Keeps the row of a backup up with the work: where it is, what it is called in the store, how long each phase took. */
export class BackupRecorder {
  readonly #job: BackupJob
  readonly #phases: Record<string, number> = {}
  #phase: { name: BackupPhase; since: number } | undefined
  #encryption: Encryption | null = null

  constructor(job: BackupJob) {
    this.#job = job
  }

  enter(name: BackupPhase): void {
    this.#leave()
    this.#phase = { name, since: performance.now() }
    this.#job.report({ done: 0, total: null, step: name })
  }

  progress(done: number, total: number): void {
    this.#job.report({ done, total: Math.max(done, total), step: 'stream' })
  }

  /** Milliseconds by phase, the one that was under way among them. */
  finish(): Record<string, number> {
    this.#leave()
    return { ...this.#phases }
  }

  /** @throws AppError `conflict` when the job was taken over */
  begin({ row, prepared, source, takenAt }: Beginning): Promise<{ objectKey: string; encryption: Encryption | null }> {
    const { tenantId, id: backupId, clusterId } = row
    const { target, settings } = prepared
    const { compression } = settings
    const { revision } = source
    const isEncrypted = target.isEncrypted
    const objectKey = backupKey({ tenantId, clusterId, backupId, takenAt, revision, compression, isEncrypted })
    return withTenant(tenantId, async (db) => {
      await holdJob(db, this.#job)
      const key = isEncrypted ? newBackupKey(await teamKeyOf(db, tenantId), { tenantId, backupId }) : null
      this.#encryption = key && { ...key, context: objectKey }
      await db.backup.update({
        where: { tenantId_id: { tenantId, id: backupId } },
        data: {
          ...{ objectKey, takenAt, compression, sealedKey: key?.wrappedKey ?? null },
          ...{ etcdClusterId: String(source.clusterId), serverVersion: source.version },
          ...{ memberId: String(source.memberId), memberName: source.memberName, memberRole: source.role },
        },
      })
      return { objectKey, encryption: this.#encryption }
    })
  }

  describe({ row, taken }: { row: BackupRow; taken: TakenBackup }): { key: string; bytes: Buffer } {
    return {
      key: manifestKeyOf(taken.objectKey),
      bytes: writeManifest(toManifest({ row, taken, encryption: this.#encryption })),
    }
  }

  #leave(): void {
    if (!this.#phase) return
    const { name, since } = this.#phase
    this.#phases[name] = Math.round((this.#phases[name] ?? 0) + performance.now() - since)
    this.#phase = undefined
  }
}
