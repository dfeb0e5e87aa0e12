import { chunkBytesDefault } from '#lib/backup-format/chunk-header.ts'
import type { Encryption } from '#lib/backup-format/encrypt-chunks.ts'
import type { BackupManifest } from '#lib/backup-format/manifest.ts'
import type { TakenBackup } from '#lib/backups/take-backup.ts'
import { backupReason } from '#lib/contracts/backups.ts'
import { productVersion } from '#lib/product-version.ts'
import type { BackupRow } from './backup-rows.ts'

/** What every backup has passed before its manifest is written. */
const passed = [
  'stream-ended',
  'length',
  'sha256-trailer',
  'bbolt-meta-checksum',
  'bbolt-tree',
  'revision-between-status',
  'member-in-snapshot',
  'read-back',
]

interface Described {
  row: BackupRow
  taken: TakenBackup
  encryption: Encryption | null
}

/** What stands beside the object: enough to understand, check and restore it without this catalogue. */
export function toManifest({ row, taken, encryption }: Described): BackupManifest {
  const { source, received, report, judged, stored, takenAt, objectKey } = taken
  const { memberId, memberName, role, clusterId, version } = source
  return {
    tenantId: row.tenantId,
    clusterId: row.clusterId,
    backupId: row.id,
    etcdClusterId: clusterId,
    member: { id: memberId, name: memberName, role },
    serverVersion: version,
    snapshot: {
      ...{ sizeBytes: received.sizeBytes, sha256: received.sha256, revision: judged.revision },
      compactRevision: report.compactRevision.finished ?? null,
      ...{ liveKeys: report.liveKeys.count, totalEntries: report.entryCount },
      keysPerGroup: Object.fromEntries(report.liveKeys.groups.map(({ name, count }) => [name, count])),
    },
    stored: {
      ...{ objectKey, sizeBytes: stored.sizeBytes, sha256: stored.sha256, compression: taken.compression },
      encryption: encryption && {
        algorithm: 'aes-256-gcm',
        keyId: encryption.keyId,
        chunkBytes: encryption.chunkBytes ?? chunkBytesDefault,
      },
    },
    startedAt: takenAt,
    endedAt: new Date(),
    checks: judged.doubt === null ? [...passed, 'live-key-count'] : passed,
    reason: backupReason.parse(row.reason),
    requestedBy: row.requestedBy,
    productVersion,
  }
}
