import { createPublicKey } from 'node:crypto'
import { z } from 'zod'
import { issueCertificate, publicKeyId } from '#lib/backup-format/certificate.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import { productVersion } from '#lib/product-version.ts'
import type { DrillReport } from '#lib/restores/drill.ts'
import type { BackupRow } from '#lib/services/backups/backup-rows.ts'
import { getTeamRow } from '#lib/services/team/team-row.ts'
import { certificateKeyOf } from '#lib/tenancy/tenant-keys.ts'
import type { DrillRow } from './drill-rows.ts'
import { comparisonsOf } from './shown-comparisons.ts'

interface Proven {
  drill: DrillRow
  backup: BackupRow
  report: DrillReport
  tookMs: number
  endedAt: Date
}

/** As it is stored and handed out: the signed document, and the key to check it with. */
export const storedCertificate = z.object({ document: z.string(), publicKey: z.string(), keyId: z.string() })
export type StoredCertificate = z.output<typeof storedCertificate>

/** Signs what a drill has proven, for people who were not there. */
export async function makeCertificate(db: Db, proven: Proven): Promise<StoredCertificate> {
  const { drill, backup, report, tookMs, endedAt } = proven
  const { tenantId, clusterId, clusterName } = drill
  const { name } = await getTeamRow(db, tenantId)
  const key = await certificateKeyOf(db, tenantId)
  const publicKey = createPublicKey(key.reveal()).export({ type: 'spki', format: 'pem' }).toString()
  const document = issueCertificate(
    {
      drillId: drill.id,
      team: { id: tenantId, name },
      cluster: { id: clusterId, name: clusterName },
      etcdClusterId: BigInt(backup.etcdClusterId || 0).toString(16),
      backup: {
        id: backup.id,
        takenAt: (backup.takenAt ?? backup.createdAt).toISOString(),
        revision: String(backup.revision),
        objectKey: backup.objectKey,
        snapshotSha256: backup.sha256,
        storedSha256: backup.storedSha256,
      },
      verdict: report.verdict,
      reason: null,
      etcdVersion: report.etcdVersion,
      comparisons: comparisonsOf(report),
      tookMs,
      startedAt: drill.createdAt.toISOString(),
      endedAt: endedAt.toISOString(),
      productVersion,
    },
    key,
  )
  return { document: document.toString('utf8'), publicKey, keyId: publicKeyId(publicKey) }
}

/** @throws AppError `not-found` for a drill that has proven nothing */
export function certificateOf({ id, certificate }: DrillRow): StoredCertificate {
  const stored = storedCertificate.safeParse(certificate)
  if (!stored.success) throw new AppError('not-found', `Drill ${id} has no certificate`)
  return stored.data
}
