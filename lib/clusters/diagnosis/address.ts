import { isIP } from 'node:net'
import type { EndpointParts } from '#lib/contracts/cluster-access.ts'
import { splitEndpoint } from '#lib/contracts/cluster-access.ts'
import { AppError } from '#lib/errors.ts'
import type { Door } from '#lib/net/door.ts'
import { parseHost } from '#lib/net/parse-host.ts'
import { resolve } from '#lib/net/resolve.ts'
import type { Finding, Outcome } from './run.ts'

/** Whether the address can be read and, where it is an IP address, may be connected to. */
export async function lookAtAddress(endpoint: string, door: Door): Promise<Outcome<EndpointParts>> {
  const split = splitEndpoint(endpoint)
  if (!split)
    return { findings: [{ code: 'address-malformed', evidence: { host: endpoint, reason: 'not-an-endpoint' } }] }
  const parts = { ...split, isTls: split.isTls ?? true }
  const { host, port } = parts
  try {
    if ('name' in parseHost(parts))
      return { findings: [{ code: 'address-named', evidence: { host, port } }], value: parts }
    await resolve({ host, port }, door)
    return { findings: [{ code: 'address-allowed', evidence: { host, port } }], value: parts }
  } catch (error) {
    return { findings: [addressFinding(error, parts)] }
  }
}

/** What `resolve` refuses without asking anybody. Other errors go on. */
export function addressFinding(error: unknown, { host, port }: Pick<EndpointParts, 'host' | 'port'>): Finding {
  if (!(error instanceof AppError)) throw error
  const { reason = 'unknown', address = host, grant = 'none' } = error.details
  if (error.code === 'address-malformed')
    return { code: 'address-malformed', evidence: { host, reason: String(reason) } }
  if (error.code !== 'address-denied') throw error
  return {
    code: 'address-denied',
    evidence: { host, port, address: String(address), reason: String(reason), grant: String(grant) },
    command: isIP(host) ? null : `getent ahosts ${host}`,
  }
}
