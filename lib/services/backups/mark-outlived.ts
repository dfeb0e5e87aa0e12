import { withTenant } from '#lib/db/tenant.ts'
import { announceEvent, appendEvent } from '#lib/tenancy/events.ts'
import { judgeCluster } from './judge-cluster.ts'

/**
 * First half of a deletion: marks the backups of a cluster its retention lets go. They are offered to nobody from then on; their
 * objects go when `removeMarked` comes round. Gives how many were marked.
 */
export async function markOutlived({ tenantId, clusterId }: { tenantId: string; clusterId: string }): Promise<number> {
  const { count, seq } = await withTenant(tenantId, async (db) => {
    await db.$queryRaw`
      SELECT 1 FROM backup WHERE "tenantId" = ${tenantId}::uuid AND "clusterId" = ${clusterId}::uuid AND "deletedAt" IS NULL
       ORDER BY "id" FOR UPDATE`
    const decision = await judgeCluster(db, { tenantId, clusterId })
    if (!decision || decision.remove.length === 0) return { count: 0, seq: undefined }
    for (const { backup, because } of decision.remove) {
      await db.backup.update({
        where: { tenantId_id: { tenantId, id: backup.id } },
        data: { deletingAt: decision.now, deletingWhy: because },
      })
    }
    const event = { kind: 'backup.changed', payload: { clusterId } }
    return { count: decision.remove.length, seq: await appendEvent(db, tenantId, event) }
  })
  if (seq !== undefined) announceEvent(tenantId, seq)
  return count
}
