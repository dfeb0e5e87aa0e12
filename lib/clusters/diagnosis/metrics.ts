import type { EndpointParts } from '#lib/contracts/cluster-access.ts'
import { joinHostPort } from '#lib/contracts/cluster-access.ts'
import { eachAtOnce } from '#lib/each-at-once.ts'
import type { AppError } from '#lib/errors.ts'
import { callFailure, reasonOf } from '#lib/etcd/call-failure.ts'
import type { Door } from '#lib/net/door.ts'
import { askCommand } from './commands.ts'
import type { EtcdWay } from './etcd-way.ts'
import { toEtcdEndpoint } from './etcd-way.ts'
import type { DiagnosisRun, Finding, Outcome } from './run.ts'
import { endpointsAtOnceMax } from './run.ts'

interface Ask {
  way: EtcdWay
  /** Where an etcd answers. */
  endpoints: readonly EndpointParts[]
}

/** Whether the members tell their metrics where they serve clients, which they ask no user for. */
export async function readMetrics(
  run: DiagnosisRun,
  { way, endpoints }: Ask,
  { signal }: Door,
): Promise<Outcome<true>> {
  const client = way.client()
  const refusals: Finding[] = []
  await eachAtOnce(endpoints, endpointsAtOnceMax, async (parts) => {
    const refuse = (error: unknown) => refusals.push(refusal(run, parts, callFailure(error)))
    await client.probeMetrics(toEtcdEndpoint(parts), { signal }).catch(refuse)
  })
  const [first, ...others] = refusals
  const read = endpoints.length - refusals.length
  const [parts] = endpoints
  const command = parts ? `${askCommand(parts, run.access, '/metrics')} | tail -n 3` : null
  return { findings: [first ?? { code: 'metrics-read', evidence: { read }, command }, ...others], value: true }
}

function refusal(run: DiagnosisRun, parts: EndpointParts, failure: AppError): Finding {
  const { status } = failure.details
  const command = askCommand(parts, run.access, '/metrics')
  const at = joinHostPort(parts)
  if (status === 401 || status === 403) return { code: 'metrics-refused', evidence: { at, status }, command }
  const reason = typeof status === 'number' ? `HTTP ${status}` : reasonOf(failure)
  return { code: 'metrics-not-found', evidence: { at, reason }, command }
}
