import { z } from 'zod'
import { config } from '#lib/config.ts'
import { s3Settings } from '#lib/contracts/storage-targets.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import type { Secret } from '#lib/secret.ts'
import { addressPolicyOf } from '#lib/services/clusters/address-policy.ts'
import { openDirectoryStore } from '#lib/storage/directory.ts'
import type { ObjectStore } from '#lib/storage/object-store.ts'
import { openS3Store } from '#lib/storage/s3.ts'
import type { TargetRow } from './target-rows.ts'
import { getTargetRow } from './target-rows.ts'
import { openTargetSecret } from './target-secrets.ts'

/** A target as it is used: by name for what people read, and what can be done with it. */
export interface OpenTarget {
  readonly id: string
  readonly name: string
  readonly isEncrypted: boolean
  readonly store: ObjectStore
}

/** What a probe stored; what it did not find out is not used. */
const storedCapabilities = z.object({
  conditionalPut: z.boolean(),
  conditionalComplete: z.boolean(),
  multipart: z.boolean(),
  rangedGet: z.boolean(),
  listUploads: z.boolean(),
  etagIsMd5: z.boolean(),
})

/**
 * Opens a stored target with its secret and what its probe found; connects to nothing yet. Close the store when done.
 *
 * @throws AppError `not-found`, `secret-unreadable`, `no-backup-directory`
 */
export async function openTarget(tenantId: string, targetId: string): Promise<OpenTarget> {
  const { row, secret } = await withTenant(tenantId, async (db) => {
    const target = await getTargetRow(db, tenantId, targetId)
    return { row: target, secret: await openTargetSecret(db, target) }
  })
  const plain = await openStore(row, secret)
  const found = storedCapabilities.safeParse(row.capabilities)
  const { id, name, isEncrypted } = row
  return { id, name, isEncrypted, store: found.success ? plain.withCapabilities(found.data) : plain }
}

/**
 * Opens a place that may not be stored yet.
 *
 * @throws AppError `no-backup-directory`, `address-malformed`
 */
export async function openStore(
  { tenantId, kind, settings }: Pick<TargetRow, 'tenantId' | 'kind' | 'settings'>,
  secret: Secret<string> | undefined,
): Promise<ObjectStore> {
  if (kind === 'directory') return openDirectoryStore(backupDirectory())
  if (!secret) throw new AppError('storage-credentials', 'The target has no secret access key')
  const { caPem, prefix, ...place } = s3Settings.parse(settings)
  return openS3Store(
    { ...place, ...(prefix === '' ? {} : { prefix: `${prefix}/` }), ca: caPem, secretAccessKey: secret },
    { door: { policy: await addressPolicyOf(tenantId) } },
  )
}

/** @throws AppError `no-backup-directory` */
function backupDirectory(): string {
  const { backupDirectory: directory } = config()
  if (directory === undefined) throw new AppError('no-backup-directory', 'BACKUP_DIRECTORY is not set')
  return directory
}
