import type { Diagnosis, DiagnosisAccess } from '#lib/clusters/diagnosis/diagnose.ts'
import { diagnose } from '#lib/clusters/diagnosis/diagnose.ts'
import { observeCluster } from '#lib/clusters/observe-cluster.ts'
import type { StageResult } from '#lib/contracts/diagnosis.ts'
import { AppError } from '#lib/errors.ts'
import { addressPolicyOf } from './address-policy.ts'
import type { Seen } from './seen.ts'

interface Check {
  tenantId: string
  signal: AbortSignal
  onStage?: (result: StageResult) => void
}

/** Looks at a cluster stage by stage, through the door of that team. */
export async function checkAccess(access: DiagnosisAccess, { tenantId, ...options }: Check): Promise<Diagnosis> {
  return await diagnose(access, { policy: await addressPolicyOf(tenantId), ...options })
}

/** Looks at a cluster as lightly as can be: its members and how they are. */
export async function observeAccess(access: DiagnosisAccess, { tenantId, signal }: Check): Promise<Seen> {
  return await observeCluster(access, { policy: await addressPolicyOf(tenantId), signal })
}

/**
 * Refuses a way to a cluster that does not lead to an etcd that lets us in. With `acceptFailing` only an address that may
 * never be dialled is refused: the cluster may be down just now.
 *
 * @throws AppError `cluster-not-usable` with the whole diagnosis
 */
export function demandUsable({ view }: Diagnosis, { acceptFailing }: { acceptFailing: boolean }): void {
  const isDenied = view.stages.some(({ code }) => code === 'address-denied')
  if (view.isUsable || (acceptFailing && !isDenied)) return
  const failed = view.stages.find(({ verdict }) => verdict === 'fail')
  throw new AppError('cluster-not-usable', `The diagnosis failed: ${failed?.code ?? view.verdict}`, {
    details: { diagnosis: view },
  })
}
