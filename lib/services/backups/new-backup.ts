import type { BackupReason } from '#lib/contracts/backups.ts'
import type { Db } from '#lib/db/pools.ts'
import { newId } from '#lib/ids.ts'
import type { Asker } from '#lib/jobs/enqueue.ts'
import { enqueue } from '#lib/jobs/enqueue.ts'

interface NewBackup {
  tenantId: string
  cluster: { id: string; name: string }
  targetId: string
  reason: BackupReason
  priority?: number
}

/**
 * Asks for a backup: a row of the catalogue and the job that takes it, both or neither. Gives nothing where one of the cluster is
 * under way already: there is never more than one.
 */
export async function newBackup(
  db: Db,
  asker: Omit<Asker, 'tenantId'>,
  { tenantId, cluster, targetId, reason, priority }: NewBackup,
): Promise<{ backupId: string; jobId: string } | undefined> {
  const backupId = newId()
  const inserted = await db.$executeRaw`
    INSERT INTO backup ("tenantId", "id", "clusterId", "clusterName", "targetId", "reason", "requestedBy")
    VALUES (${tenantId}::uuid, ${backupId}::uuid, ${cluster.id}::uuid, ${cluster.name}, ${targetId}::uuid, ${reason},
            ${asker.actor?.label ?? ''})
    ON CONFLICT DO NOTHING`
  if (inserted === 0) return undefined
  const jobId = await enqueue(
    db,
    { ...asker, tenantId },
    {
      kind: 'take-backup',
      payload: { backupId },
      subject: { kind: 'cluster', id: cluster.id, label: cluster.name },
      ...(priority === undefined ? {} : { priority }),
    },
  )
  await db.$executeRaw`
    UPDATE backup SET "jobId" = ${jobId}::uuid WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${backupId}::uuid`
  return { backupId, jobId }
}
