import type { Diagnosis, DiagnosisAccess } from '#lib/clusters/diagnosis/diagnose.ts'
import { diagnose } from '#lib/clusters/diagnosis/diagnose.ts'
import type { StageResult } from '#lib/contracts/diagnosis.ts'
import { AppError } from '#lib/errors.ts'
import { collectCluster } from '#lib/inspections/collect/collect-cluster.ts'
import { Places } from '#lib/places.ts'
import { processWide } from '#lib/process-wide.ts'
import { seenInFacts } from '#lib/services/collections/seen-in-facts.ts'
import { addressPolicyOf } from './address-policy.ts'
import { etcdAccessOf } from './etcd-access.ts'
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

/** Lists of clusters are looked at by the hundred: so many at once of a process. */
const looksMax = 8

/** Looks at a cluster as its collections will: its members and how they are, and nothing that costs more. */
export async function observeAccess(access: DiagnosisAccess, { tenantId, signal }: Check): Promise<Seen> {
  using _ = await processWide('clusters looks', () => new Places(looksMax)).take(signal)
  const collected = await collectCluster({
    access: etcdAccessOf(access, await addressPolicyOf(tenantId)),
    at: new Date(),
    expectedClusterId: null,
    wanted: new Set(),
    memory: undefined,
    isForgotten: false,
    hashDifference: null,
    isAsked: false,
    signal,
  })
  return seenInFacts(collected)
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
