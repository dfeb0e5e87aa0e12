import type { DiagnosisAccess } from '#lib/clusters/diagnosis/diagnose.ts'
import type { ClusterAccess } from '#lib/contracts/cluster-access.ts'
import { addressMap } from '#lib/contracts/cluster-access.ts'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { Secret } from '#lib/secret.ts'
import type { ClusterRow } from './cluster-rows.ts'
import { getClusterRow, storedTls } from './cluster-rows.ts'
import type { StoredCredential } from './cluster-secrets.ts'
import { openCredential } from './cluster-secrets.ts'

/** How a cluster that is not stored yet is reached. */
export function accessOfInput({ endpoints, tls, reader, root, addressMap: map }: ClusterAccess): DiagnosisAccess {
  const { clientKeyPem, ...open } = tls
  return {
    endpoints,
    tls: { ...open, ...(clientKeyPem ? { clientKeyPem: new Secret(clientKeyPem) } : {}) },
    ...(reader ? { reader: hidden(reader.username, reader.password) } : {}),
    ...(root ? { root: hidden(root.username, root.password) } : {}),
    addressMap: map,
  }
}

/**
 * How a stored cluster is reached, its secrets opened: for one connection, never to be kept.
 *
 * @throws AppError `not-found`, `secret-unreadable`
 */
export function accessOfCluster(
  tenantId: string,
  clusterId: string,
): Promise<{ row: ClusterRow; access: DiagnosisAccess }> {
  return withTenant(tenantId, async (db) => {
    const row = await getClusterRow(db, tenantId, clusterId)
    return { row, access: await openAccess(db, row) }
  })
}

/** What of a stored cluster says how it is reached. */
export type AccessRow = Pick<ClusterRow, 'tenantId' | 'id' | 'endpoints' | 'tls' | 'addressMap'> & {
  credentials: readonly StoredCredential[]
}

/** Opens the secrets of a stored cluster. @throws AppError `secret-unreadable` */
export async function openAccess(db: Db, row: AccessRow): Promise<DiagnosisAccess> {
  const [reader, root, key] = [
    await openCredential(db, row, 'reader'),
    await openCredential(db, row, 'root'),
    await openCredential(db, row, 'client-key'),
  ]
  return {
    endpoints: row.endpoints,
    tls: { ...storedTls.parse(row.tls), ...(key ? { clientKeyPem: new Secret(key.secret) } : {}) },
    ...(reader ? { reader: hidden(reader.username, reader.secret) } : {}),
    ...(root ? { root: hidden(root.username, root.secret) } : {}),
    addressMap: addressMap.parse(row.addressMap),
  }
}

function hidden(username: string, password: string) {
  return { username, password: new Secret(password) }
}
