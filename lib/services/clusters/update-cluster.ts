import type { Diagnosis, DiagnosisAccess } from '#lib/clusters/diagnosis/diagnose.ts'
import type { DiagnosedClusterView, UpdateCluster } from '#lib/contracts/clusters.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { changedAccess, touchesAccess } from './access-change.ts'
import { changeCluster } from './change-cluster.ts'
import { checkAccess, demandUsable } from './check-access.ts'
import { checkTlsMaterial } from './check-tls-material.ts'
import { showClusterDetail } from './cluster-rows.ts'
import { demandPasswordsAgain } from './demand-passwords.ts'
import { accessOfCluster } from './diagnosis-access.ts'
import { inDiagnosisPlace } from './diagnosis-places.ts'
import { seenBy } from './seen.ts'

/**
 * Changes what a cluster is called, how it is reached, and whether it is looked at. A new way to it, new credentials among
 * them, is tried before it replaces the old one; when it fails the old one stays.
 *
 * @throws AppError `not-found`, `cluster-not-usable` with the diagnosis, `tls-material-invalid`, `passwords-needed`, `cluster-is-another`, `already-exists` for a name
 *   that is taken, `conflict` when somebody else changed the way to the cluster meanwhile
 */
export async function updateCluster(
  ctx: TenantContext,
  { clusterId, ...change }: UpdateCluster & { clusterId: string },
): Promise<DiagnosedClusterView> {
  const { row, access } = await accessOfCluster(ctx.tenantId, clusterId)
  demandPasswordsAgain(row, change)
  const diagnosis = touchesAccess(change) ? await tryAccess(ctx, changedAccess(access, change), change) : undefined
  return await mutate(ctx, async (db) => {
    const { result, ...told } = await changeCluster(db, ctx, { row, change, seen: diagnosis && seenBy(diagnosis) })
    return { ...told, result: { ...showClusterDetail(result), diagnosis: diagnosis?.view ?? null } }
  })
}

async function tryAccess(
  { tenantId, signal }: TenantContext,
  access: DiagnosisAccess,
  change: UpdateCluster,
): Promise<Diagnosis> {
  const { clientKeyPem, ...open } = access.tls
  checkTlsMaterial({
    endpoints: access.endpoints,
    tls: { ...open, ...(clientKeyPem ? { clientKeyPem: clientKeyPem.reveal() } : {}) },
  })
  const diagnosis = await inDiagnosisPlace(tenantId, () => checkAccess(access, { tenantId, signal }))
  demandUsable(diagnosis, change)
  return diagnosis
}
