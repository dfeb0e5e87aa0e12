import { splitEndpoint } from '#lib/contracts/cluster-access.ts'
import type { UpdateCluster } from '#lib/contracts/clusters.ts'
import { AppError } from '#lib/errors.ts'
import { changedColumns } from './access-change.ts'
import type { ClusterRow } from './cluster-rows.ts'
import { findCredential, storedTls } from './cluster-rows.ts'

/**
 * Stored passwords are sent only where they were sent before. Whoever may change how a cluster is reached may not thereby
 * read what nobody is shown: a new destination, plain HTTP instead of TLS, or another trust asks for them again, or for taking
 * them away. A client key never leaves us in a handshake, so it may stay. Nothing is dialled before this.
 *
 * @throws AppError `passwords-needed` with `details.issues`, each at its field
 */
export function demandPasswordsAgain(row: ClusterRow, change: UpdateCluster): void {
  if (!leadsElsewhere(row, change)) return
  const kinds = (['reader', 'root'] as const).filter((kind) => change[kind] === undefined && findCredential(row, kind))
  if (kinds.length === 0) return
  const issues = kinds.map((kind) => ({ path: `${kind}.password`, code: 'etcd-password-needed-again', params: {} }))
  throw new AppError('passwords-needed', `Cluster ${row.id} would be reached where its passwords never went`, {
    details: { issues },
  })
}

function leadsElsewhere(row: ClusterRow, change: UpdateCluster): boolean {
  const { endpoints, addressMap, tls } = { ...row, ...changedColumns(row, change) }
  const known = new Set([
    ...places(row.endpoints),
    ...places(valuesOf(row.addressMap)),
    ...places(row.members.flatMap(({ address }) => address ?? [])),
  ])
  return (
    places([...endpoints, ...valuesOf(addressMap)]).some((place) => !known.has(place)) ||
    (isPlain(endpoints) && !isPlain(row.endpoints)) ||
    trustOf(tls) !== trustOf(row.tls)
  )
}

function places(addresses: readonly string[]): string[] {
  return addresses.map((address) => {
    const parts = splitEndpoint(address)
    return parts ? `${parts.host} ${parts.port}` : address
  })
}

function valuesOf(map: unknown): string[] {
  return Object.values(map ?? {}).map(String)
}

function isPlain(endpoints: readonly string[]): boolean {
  return endpoints.some((endpoint) => endpoint.startsWith('http:'))
}

/** Who vouches for the servers, and under which name. */
function trustOf(tls: unknown): string {
  const { caPem, serverName } = storedTls.parse(tls)
  return JSON.stringify([caPem, serverName])
}
