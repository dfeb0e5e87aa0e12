import type { DiagnosisAccess } from '#lib/clusters/diagnosis/diagnose.ts'
import type { ClusterAccess } from '#lib/contracts/cluster-access.ts'
import type { DiagnosisLine } from '#lib/contracts/diagnosis.ts'
import { toAppError } from '#lib/errors.ts'
import { logFailure } from '#lib/log.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { checkAccess } from './check-access.ts'
import { checkTlsMaterial } from './check-tls-material.ts'
import { accessOfInput } from './diagnosis-access.ts'
import { inDiagnosisPlace } from './diagnosis-places.ts'
import { nameKnown } from './known-clusters.ts'

/**
 * Looks at a cluster that is not stored, and tells each stage as it ends: one JSON object a line, the last one with the whole.
 * Nothing is kept of it but who dialled which addresses.
 *
 * @throws AppError `invalid-input` for certificates that do not fit, before anything is dialled
 */
export async function tellDiagnosis(
  ctx: TenantContext,
  input: ClusterAccess,
): Promise<{ body: ReadableStream<Uint8Array> }> {
  checkTlsMaterial(input)
  await mutate(ctx, async () => ({
    result: undefined,
    action: 'cluster.diagnosed',
    target: { kind: 'cluster', id: '', label: input.endpoints.join(' ') },
  }))
  return { body: streamOf(ctx, accessOfInput(input)) }
}

function streamOf({ tenantId, signal }: TenantContext, access: DiagnosisAccess): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const left = new AbortController()
  return new ReadableStream<Uint8Array>({
    async start(controller) {
      const tell = (line: DiagnosisLine) => {
        if (!left.signal.aborted) controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`))
      }
      try {
        const options = { tenantId, signal: AbortSignal.any([signal, left.signal]) }
        const diagnosis = await inDiagnosisPlace(tenantId, () =>
          checkAccess(access, { ...options, onStage: (stage) => tell({ stage }) }),
        )
        tell({ diagnosis: (await nameKnown(tenantId, diagnosis)).view })
        controller.close()
      } catch (error) {
        if (left.signal.aborted || signal.aborted) return
        logFailure(error, 'a diagnosis broke off')
        tell({ problem: { code: toAppError(error).code, details: toAppError(error).details } })
        controller.close()
      }
    },
    cancel() {
      left.abort()
    },
  })
}
