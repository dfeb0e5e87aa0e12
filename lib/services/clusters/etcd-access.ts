import type { DiagnosisAccess } from '#lib/clusters/diagnosis/diagnose.ts'
import type { EtcdAccess } from '#lib/etcd/connection.ts'
import { parseEndpoint } from '#lib/etcd/connection.ts'
import type { AddressPolicy } from '#lib/net/address-policy.ts'

/** How a cluster is reached, by somebody who may go where the policy leads. */
export function etcdAccessOf(
  { endpoints, tls, reader, root, addressMap }: DiagnosisAccess,
  policy: AddressPolicy,
): EtcdAccess {
  const given = endpoints.flatMap((one) => parseEndpoint(one) ?? [])
  return { endpoints: given, tls, reader, root, addressMap, door: { policy } }
}
