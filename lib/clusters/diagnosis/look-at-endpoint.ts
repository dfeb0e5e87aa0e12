import type { EndpointParts } from '#lib/contracts/cluster-access.ts'
import type { DiagnosisStage, FindingCode } from '#lib/contracts/diagnosis.ts'
import { lookAtAddress } from './address.ts'
import { lookUpName } from './dns.ts'
import type { EtcdAnswer } from './etcd.ts'
import { askEtcd } from './etcd.ts'
import type { EtcdWay } from './etcd-way.ts'
import type { DiagnosisRun } from './run.ts'
import { connectTcp } from './tcp.ts'
import { lookAtTls } from './tls.ts'

/** What is known of one endpoint after its stages. */
export interface EndpointLook {
  endpoint: string
  parts?: EndpointParts
  /** Present when an etcd answers there. */
  answer?: EtcdAnswer
  /** What ended its stages early. */
  problem?: FindingCode
}

/**
 * Each is enough for a packet that is lost once (RFC 6298: sent again after a second) or for a slow machine, and they fit
 * into the time for all, since a stage that failed ends the endpoint's.
 */
const deadlinesMs = { address: 100, dns: 1000, tcp: 1500, tls: 1000, etcd: 1200 }

/** The stages of one endpoint, one after the other, up to the first that fails. */
export async function lookAtEndpoint(run: DiagnosisRun, endpoint: string, way: EtcdWay): Promise<EndpointLook> {
  const at = (stage: keyof typeof deadlinesMs) => ({ stage, endpoint, deadlineMs: deadlinesMs[stage] })
  const endWith = (look: EndpointLook, left: DiagnosisStage[]): EndpointLook => {
    const problem = run.results.findLast((result) => result.endpoint === endpoint)?.code
    run.skip(left, endpoint)
    return { ...look, ...(problem ? { problem } : {}) }
  }
  const parts = await run.stage(at('address'), (door) => lookAtAddress(endpoint, door))
  if (!parts) return endWith({ endpoint }, ['dns', 'tcp', 'tls', 'etcd'])
  const checked = await run.stage(at('dns'), (door) => lookUpName(parts, door))
  if (!checked) return endWith({ endpoint, parts }, ['tcp', 'tls', 'etcd'])
  const target = { parts, checked, way }
  const isConnected = await run.stage(at('tcp'), (door) => connectTcp(target, door))
  if (!isConnected) return endWith({ endpoint, parts }, ['tls', 'etcd'])
  const isAgreed = await run.stage(at('tls'), (door) => lookAtTls(run, target, door))
  if (!isAgreed) return endWith({ endpoint, parts }, ['etcd'])
  const answer = await run.stage(at('etcd'), (door) => askEtcd(run, target, door))
  return answer ? { endpoint, parts, answer } : endWith({ endpoint, parts }, [])
}
