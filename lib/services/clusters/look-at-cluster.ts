import type { DiagnosisView } from '#lib/contracts/diagnosis.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { getClusterRow } from './cluster-rows.ts'
import { diagnoseCluster } from './diagnose-cluster.ts'
import { inDiagnosisPlace } from './diagnosis-places.ts'

/**
 * Looks at a stored cluster because somebody asks for it now.
 *
 * @throws AppError as `diagnoseCluster`, and `rate-limited` when too many looks are under way
 */
export async function lookAtCluster(ctx: TenantContext, { clusterId }: { clusterId: string }): Promise<DiagnosisView> {
  const { tenantId, signal } = ctx
  // A repeated request looks again: an old answer would tell of an old look.
  const { idempotency: _notKept, ...author } = ctx
  await mutate(author, async (db) => {
    const { name } = await getClusterRow(db, tenantId, clusterId)
    return {
      result: undefined,
      action: 'cluster.looked-at',
      target: { kind: 'cluster', id: clusterId, label: name },
    }
  })
  return await inDiagnosisPlace(tenantId, () => diagnoseCluster({ tenantId, clusterId, signal }))
}
