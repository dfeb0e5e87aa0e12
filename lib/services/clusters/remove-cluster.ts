import { AppError } from '#lib/errors.ts'
import { mutate } from '#lib/services/mutate.ts'
import { removeSamples } from '#lib/services/samples/remove-samples.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { lockCluster } from './cluster-rows.ts'

/**
 * Forgets a cluster: what was seen of it, its findings, its credentials. The etcd itself is not touched.
 *
 * @throws AppError `not-found`, `confirmation-mismatch`, `cluster-protected`
 */
export function removeCluster(
  ctx: TenantContext,
  { clusterId, confirmName }: { clusterId: string; confirmName: string },
): Promise<{ id: string; name: string }> {
  const { tenantId } = ctx
  return mutate(ctx, async (db) => {
    const { name, isProtected, endpoints } = await lockCluster(db, tenantId, clusterId)
    if (isProtected) throw new AppError('cluster-protected', `Cluster ${clusterId} is protected`)
    if (confirmName !== name) throw new AppError('confirmation-mismatch', 'The typed name is not that of the cluster')
    await db.cluster.delete({ where: { tenantId_id: { tenantId, id: clusterId } } })
    await removeSamples(db, { tenantId, clusterId })
    return {
      result: { id: clusterId, name },
      action: 'cluster.removed',
      target: { kind: 'cluster', id: clusterId, label: name },
      diff: { endpoints: [endpoints, null] },
      event: { kind: 'cluster.removed', payload: { clusterId } },
    }
  })
}
