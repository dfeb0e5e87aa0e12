import type { DiagnosisAccess } from '#lib/clusters/diagnosis/diagnose.ts'
import type { UpdateCluster } from '#lib/contracts/clusters.ts'
import { Secret } from '#lib/secret.ts'
import type { JsonValue } from '#lib/tenancy/json-value.ts'
import type { ClusterRow, StoredTls } from './cluster-rows.ts'
import { findCredential, storedTls } from './cluster-rows.ts'
import type { CredentialChange } from './cluster-secrets.ts'
import { passwordOf } from './cluster-secrets.ts'

type TlsChange = NonNullable<UpdateCluster['tls']>

/** Whether a change leads to the cluster by another way, which has to be tried first. */
export function touchesAccess({ network, endpoints, tls, reader, root, addressMap }: UpdateCluster): boolean {
  return [network, endpoints, tls, reader, root, addressMap].some((part) => part !== undefined)
}

/** The way to a cluster after a change: absent stays, null goes. */
export function changedAccess(access: DiagnosisAccess, change: UpdateCluster): DiagnosisAccess {
  const { reader, root } = change
  const { clientKeyPem: formerKey, ...openTls } = access.tls
  const clientKeyPem = changedKey(formerKey, change.tls?.clientKeyPem)
  return {
    endpoints: change.endpoints ?? access.endpoints,
    tls: { ...mergeTls(openTls, change.tls), ...(clientKeyPem ? { clientKeyPem } : {}) },
    ...present('reader', reader === undefined ? access.reader : hide(reader)),
    ...present('root', root === undefined ? access.root : hide(root)),
    addressMap: change.addressMap ?? access.addressMap,
  }
}

function changedKey(former: Secret<string> | undefined, key: string | null | undefined): Secret<string> | undefined {
  if (key === undefined) return former
  return key === null ? undefined : new Secret(key)
}

/** What of a change stands in the row of the cluster itself. */
export function changedColumns(row: ClusterRow, change: UpdateCluster) {
  const { isPaused, tls } = change
  return {
    ...present('name', change.name),
    ...present('description', change.description),
    ...present('labels', change.labels),
    ...present('isProtected', change.isProtected),
    ...present('network', change.network),
    ...present('endpoints', change.endpoints),
    ...present('addressMap', change.addressMap),
    ...(tls ? { tls: mergeTls(storedTls.parse(row.tls), tls) } : {}),
    ...(isPaused === undefined ? {} : { pausedAt: isPaused ? (row.pausedAt ?? new Date()) : null }),
  }
}

export function changedCredentials({ reader, root, tls }: UpdateCluster): CredentialChange[] {
  const key = tls?.clientKeyPem
  return [
    ...(reader === undefined ? [] : [passwordOf('reader', reader)]),
    ...(root === undefined ? [] : [passwordOf('root', root)]),
    ...(key === undefined
      ? []
      : [{ kind: 'client-key' as const, value: key === null ? null : { username: '', secret: key } }]),
  ]
}

/** [before, after] for the audit log; of secrets only who they are for, and that they changed. */
export function describeChange(row: ClusterRow, change: UpdateCluster): Record<string, JsonValue> {
  const { reader, root, tls, isPaused, acceptFailing: _how, acceptAnother: _ever, ...plain } = change
  const plainDiff = Object.entries(plain).map(([field, value]): [string, JsonValue] => [
    field,
    [row[field as keyof typeof plain] as JsonValue, value as JsonValue],
  ])
  return {
    ...Object.fromEntries(plainDiff),
    ...(isPaused === undefined ? {} : { isPaused: [row.pausedAt !== null, isPaused] }),
    ...(reader === undefined ? {} : { reader: [nameOf(row, 'reader'), reader?.username ?? null] }),
    ...(root === undefined ? {} : { root: [nameOf(row, 'root'), root?.username ?? null] }),
    ...(tls ? { tls: [null, Object.keys(tls)] } : {}),
  }
}

function nameOf(row: ClusterRow, kind: 'reader' | 'root'): string | null {
  return findCredential(row, kind)?.username ?? null
}

function mergeTls(before: StoredTls, change: TlsChange | undefined): StoredTls {
  const { clientKeyPem: _sealedApart, ...open } = change ?? {}
  const merged = { ...before, ...Object.fromEntries(Object.entries(open).filter(([, value]) => value !== undefined)) }
  return storedTls.parse(Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)))
}

function hide(user: { username: string; password: string } | null) {
  return user ? { username: user.username, password: new Secret(user.password) } : undefined
}

/** `exactOptionalPropertyTypes`: a field without a value is left out, not set to undefined. */
function present<Name extends string, Value>(name: Name, value: Value | undefined): { [N in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [N in Name]?: Value }
}
