import type { DiagnosedClusterView, ImportCluster } from '#lib/contracts/clusters.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { addCluster } from './add-cluster.ts'
import { checkAccess, demandUsable } from './check-access.ts'
import { checkTlsMaterial } from './check-tls-material.ts'
import { showClusterDetail } from './cluster-rows.ts'
import { accessOfInput } from './diagnosis-access.ts'
import { inDiagnosisPlace } from './diagnosis-places.ts'
import { nameKnown } from './known-clusters.ts'
import { seenBy } from './seen.ts'

/**
 * Brings a cluster in: looked at first, stored only when it answers as an etcd that lets us in (or when the caller accepts
 * that it does not just now). Nothing of the etcd is changed.
 *
 * @throws AppError `tls-material-invalid` for certificates that do not fit, `cluster-not-usable` with the diagnosis,
 *   `already-exists` for a name that is taken, `quota-exceeded`
 */
export async function importCluster(ctx: TenantContext, body: ImportCluster): Promise<DiagnosedClusterView> {
  const { tenantId, signal, quotas } = ctx
  checkTlsMaterial(body)
  const look = () => checkAccess(accessOfInput(body), { tenantId, signal })
  const diagnosis = await nameKnown(tenantId, await inDiagnosisPlace(tenantId, look))
  demandUsable(diagnosis, body)
  return await mutate(ctx, async (db) => {
    const { result, ...told } = await addCluster(db, ctx, { body, seen: seenBy(diagnosis), quotas })
    return { ...told, result: { ...showClusterDetail(result), diagnosis: diagnosis.view } }
  })
}
