import type { ClusterAccess } from '#lib/contracts/cluster-access.ts'
import type { Db } from '#lib/db/pools.ts'
import { openTenantSecret, sealTenantSecret } from '#lib/tenancy/tenant-keys.ts'
import type { ClusterRow, CredentialKind } from './cluster-rows.ts'

/** One credential to be stored; null takes it away. */
export interface CredentialChange {
  kind: CredentialKind
  value: { username: string; secret: string } | null
}

interface Place {
  tenantId: string
  clusterId: string
  changedBy: string
}

/** The credentials that come with a new cluster. */
export function credentialsOf({ tls, reader, root }: ClusterAccess): CredentialChange[] {
  return [
    ...(reader ? [passwordOf('reader', reader)] : []),
    ...(root ? [passwordOf('root', root)] : []),
    ...(tls.clientKeyPem ? [{ kind: 'client-key' as const, value: { username: '', secret: tls.clientKeyPem } }] : []),
  ]
}

export function passwordOf(
  kind: 'reader' | 'root',
  user: { username: string; password: string } | null,
): CredentialChange {
  return { kind, value: user && { username: user.username, secret: user.password } }
}

/** Stores a credential sealed for its own place, under a version of its own: an older value put back does not open. */
export async function storeCredential(
  db: Db,
  { tenantId, clusterId, changedBy }: Place,
  { kind, value }: CredentialChange,
): Promise<void> {
  const key = { tenantId_clusterId_kind: { tenantId, clusterId, kind } }
  if (!value) {
    await db.clusterCredential.deleteMany({ where: { tenantId, clusterId, kind } })
    return
  }
  const former = await db.clusterCredential.findUnique({ where: key, select: { version: true } })
  const version = (former?.version ?? 0) + 1
  const sealed = await sealTenantSecret(db, value.secret, placeOf({ tenantId, clusterId, kind, version }))
  const fields = { username: value.username, sealed, version, changedBy, changedAt: new Date() }
  await db.clusterCredential.upsert({
    where: key,
    update: fields,
    create: { tenantId, clusterId, kind, ...fields },
  })
}

/** A credential as its table holds it. */
export type StoredCredential = Pick<ClusterRow['credentials'][number], 'kind' | 'username' | 'sealed' | 'version'>

/** What the row holds, opened: only for the moment in which a connection is made. */
export async function openCredential(
  db: Db,
  row: { tenantId: string; id: string; credentials: readonly StoredCredential[] },
  kind: CredentialKind,
): Promise<{ username: string; secret: string } | undefined> {
  const found = row.credentials.find((credential) => credential.kind === kind)
  if (!found) return undefined
  const place = placeOf({ tenantId: row.tenantId, clusterId: row.id, kind, version: found.version })
  return { username: found.username, secret: await openTenantSecret(db, found.sealed, place) }
}

function placeOf({ tenantId, clusterId, kind, version }: Omit<Place, 'changedBy'> & { kind: string; version: number }) {
  return { tenantId, table: 'cluster_credential', row: `${clusterId} ${kind}`, column: 'sealed', version }
}
