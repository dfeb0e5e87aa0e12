import { openBackupKey, teamKeyVersion } from '#lib/backup-format/backup-key.ts'
import { unpack } from '#lib/backups/unpack.ts'
import { compression } from '#lib/contracts/backups.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import type { Secret } from '#lib/secret.ts'
import { openTarget } from '#lib/services/storage-targets/open-store.ts'
import { teamKeyOf } from '#lib/tenancy/tenant-keys.ts'
import type { BackupRow } from './backup-rows.ts'

type Readable = Pick<
  BackupRow,
  | 'tenantId'
  | 'id'
  | 'targetId'
  | 'state'
  | 'deletingAt'
  | 'objectKey'
  | 'compression'
  | 'sealedKey'
  | 'sizeBytes'
  | 'sha256'
>

/** Only what is verified and not about to go is offered to anybody. @throws AppError `backup-not-usable` */
export function demandUsable({ id, state, deletingAt }: Pick<BackupRow, 'id' | 'state' | 'deletingAt'>): void {
  if (state === 'verified' && deletingAt === null) return
  throw new AppError('backup-not-usable', `Backup ${id} is ${deletingAt === null ? state : 'being deleted'}`)
}

/**
 * The snapshot of a verified backup, byte for byte as the member sent it; whoever reads to the end has it whole.
 *
 * @throws AppError `backup-not-usable`, `storage-*`, `backup-damaged`, `backup-key-wrong`, `secret-unreadable`
 */
export async function* readSnapshot(row: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  demandUsable(row)
  const { tenantId, id: backupId, objectKey, sealedKey, sha256 } = row
  const key = sealedKey === null ? null : await openKey({ tenantId, backupId, sealedKey })
  const { store } = await openTarget(tenantId, row.targetId)
  try {
    await using body = await store.read(objectKey, { signal })
    yield* unpack(body, {
      compression: compression.parse(row.compression),
      decryption: key && { findKey: () => key, context: objectKey },
      sizeBytes: Number(row.sizeBytes),
      sha256,
    })
  } finally {
    store.close()
  }
}

interface SealedKey {
  tenantId: string
  backupId: string
  sealedKey: string
}

function openKey({ tenantId, backupId, sealedKey }: SealedKey): Promise<Secret<Buffer>> {
  return withTenant(tenantId, async (db) => {
    const teamKey = await teamKeyOf(db, tenantId, teamKeyVersion(sealedKey))
    return openBackupKey(teamKey, sealedKey, { tenantId, backupId })
  })
}
