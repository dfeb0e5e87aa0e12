import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { backupKey } from '#lib/backups/object-key.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { keepBackupPlan } from '#lib/services/backup-plans/replan.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { boltFile, revisionEntry } from './bolt-file.ts'

/** Folders of the operator's, for a product that is to keep backups in a directory. */
export function backupFolders(): { BACKUP_DIRECTORY: string; SPOOL_DIRECTORY: string } {
  const folder = mkdtempSync(join(tmpdir(), 'kstone-kept-'))
  const [kept, spool] = [join(folder, 'kept'), join(folder, 'spool')]
  mkdirSync(kept)
  return { BACKUP_DIRECTORY: kept, SPOOL_DIRECTORY: spool }
}

export interface KeptBackups {
  targetId: string
  backupId: string
  drillId: string
}

/**
 * A target called `minio`, two verified backups of a cluster that was called `orders`, and a drill that proved the newest. Their
 * objects lie in BACKUP_DIRECTORY; they can be read as far as nobody restores them.
 */
export async function addKeptBackups({ tenantId }: TenantContext, clusterId: string): Promise<KeptBackups> {
  const [targetId, olderId, backupId, drillId] = [newId(), newId(), newId(), newId()]
  const about = { tenantId, clusterId, clusterName: 'orders' }
  await withTenant(tenantId, async (db) => {
    await db.storageTarget.create({
      data: { tenantId, id: targetId, name: 'minio', kind: 'directory', isDefault: true },
    })
    await keepBackupPlan(db, { tenantId, clusterId })
    for (const id of [olderId, backupId]) {
      await db.backup.create({
        data: { ...about, id, targetId, reason: 'manual', ...keepObject({ tenantId, clusterId, id }) },
      })
    }
    await db.drill.create({
      data: {
        ...{ ...about, id: drillId, backupId, reason: 'manual', state: 'proven', endedAt: new Date(), tookMs: 900 },
        certificate: { document: '{}', publicKey: 'x', keyId: 'x' },
      },
    })
  })
  return { targetId, backupId, drillId }
}

function keepObject({ tenantId, clusterId, id }: { tenantId: string; clusterId: string; id: string }) {
  const entry = revisionEntry({ main: 7, key: `/of/${id}`, value: 'held' })
  const { bytes } = boltFile([
    { name: 'key', entries: [entry] },
    { name: 'meta', entries: [] },
  ])
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const at = new Date()
  const objectKey = backupKey({
    ...{ tenantId, clusterId, backupId: id, takenAt: at, revision: 7n },
    ...{ compression: 'none', isEncrypted: false },
  })
  const path = join(process.env.BACKUP_DIRECTORY ?? '', objectKey)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(path, bytes, { mode: 0o600 })
  const sizes = { sizeBytes: BigInt(bytes.length), storedBytes: BigInt(bytes.length), sha256, storedSha256: sha256 }
  const proof = { state: 'verified', verifiedAt: at, endedAt: at, takenAt: at, revision: 7n, keys: 3n }
  return { objectKey, compression: 'none', ...sizes, ...proof }
}
