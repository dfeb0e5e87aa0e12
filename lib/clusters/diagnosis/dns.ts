import { isIP } from 'node:net'
import type { EndpointParts } from '#lib/contracts/cluster-access.ts'
import { callFailure, isTimeout } from '#lib/etcd/call-failure.ts'
import type { Door } from '#lib/net/door.ts'
import type { CheckedAddress } from '#lib/net/resolve.ts'
import { resolve } from '#lib/net/resolve.ts'
import { addressFinding } from './address.ts'
import { connectCommand } from './commands.ts'
import type { Finding, Outcome } from './run.ts'

/** Where the name leads, and whether all of that may be connected to. */
export async function lookUpName(parts: EndpointParts, door: Door): Promise<Outcome<CheckedAddress>> {
  const { host, port } = parts
  try {
    const checked = await resolve({ host, port }, door)
    const { address, others } = checked
    if (isIP(host)) return { findings: [{ code: 'name-is-address', evidence: { address } }], value: checked }
    return {
      findings: [{ code: 'name-resolved', evidence: { name: host, addresses: [address, ...others] } }],
      value: checked,
    }
  } catch (error) {
    return { findings: [nameFinding(error, parts)] }
  }
}

function nameFinding(error: unknown, parts: EndpointParts): Finding {
  const failure = callFailure(error)
  const { code, details } = failure
  const name = parts.host
  const command = connectCommand(parts)
  if (code === 'name-unknown') return { code, evidence: { name }, command }
  if (code === 'name-lookup-failed') return { code, evidence: { name, reason: String(details.reason) }, command }
  if (isTimeout(failure)) return { code: 'name-lookup-failed', evidence: { name, reason: 'ETIMEOUT' }, command }
  return addressFinding(failure, parts)
}
