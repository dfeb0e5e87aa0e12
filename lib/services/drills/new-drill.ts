import type { Db } from '#lib/db/pools.ts'
import { newId } from '#lib/ids.ts'
import type { Asker } from '#lib/jobs/enqueue.ts'
import { enqueue } from '#lib/jobs/enqueue.ts'

interface NewDrill {
  tenantId: string
  cluster: { id: string; name: string }
  backupId: string
  reason: 'schedule' | 'manual'
  priority?: number
}

/** Asks for a drill: its row and its job, both or neither. Gives nothing where one of the cluster is under way already. */
export async function newDrill(
  db: Db,
  asker: Omit<Asker, 'tenantId'>,
  { tenantId, cluster, backupId, reason, priority }: NewDrill,
): Promise<string | undefined> {
  const drillId = newId()
  const inserted = await db.$executeRaw`
    INSERT INTO drill ("tenantId", "id", "clusterId", "clusterName", "backupId", "reason", "requestedBy")
    VALUES (${tenantId}::uuid, ${drillId}::uuid, ${cluster.id}::uuid, ${cluster.name}, ${backupId}::uuid, ${reason},
            ${asker.actor?.label ?? ''})
    ON CONFLICT DO NOTHING`
  if (inserted === 0) return undefined
  const jobId = await enqueue(
    db,
    { ...asker, tenantId },
    {
      kind: 'run-drill',
      payload: { drillId },
      subject: { kind: 'cluster', id: cluster.id, label: cluster.name },
      ...(priority === undefined ? {} : { priority }),
    },
  )
  await db.$executeRaw`
    UPDATE drill SET "jobId" = ${jobId}::uuid WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${drillId}::uuid`
  return drillId
}
