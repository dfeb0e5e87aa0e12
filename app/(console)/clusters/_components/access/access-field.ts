import type { FindingCode, StageResult } from '#lib/contracts/diagnosis.ts'

/** Fields that say how a cluster is reached, by their names in the contract. */
export const accessFields = [
  'endpoints',
  'tls.caPem',
  'tls.clientCertPem',
  'tls.clientKeyPem',
  'tls.serverName',
  'reader.username',
  'root.username',
  'addressMap',
] as const
export type AccessField = (typeof accessFields)[number]

const fieldOfFinding: Partial<Record<FindingCode, AccessField>> = {
  'address-denied': 'endpoints',
  'address-malformed': 'endpoints',
  'name-unknown': 'endpoints',
  'name-lookup-failed': 'endpoints',
  'connection-refused': 'endpoints',
  'connection-timed-out': 'endpoints',
  'connection-reset': 'endpoints',
  'host-unreachable': 'endpoints',
  'tls-plaintext-server': 'endpoints',
  'tls-required': 'endpoints',
  'tls-off': 'endpoints',
  'tls-unknown-ca': 'tls.caPem',
  'tls-wrong-name': 'tls.serverName',
  'tls-client-certificate-required': 'tls.clientCertPem',
  'tls-client-certificate-refused': 'tls.clientCertPem',
  'tls-client-certificate-expired': 'tls.clientCertPem',
  'tls-key-mismatch': 'tls.clientKeyPem',
  'etcd-not-etcd': 'endpoints',
  'etcd-proxy-in-front': 'endpoints',
  'auth-wrong-password': 'reader.username',
  'auth-credentials-not-needed': 'reader.username',
  'auth-credentials-missing': 'reader.username',
  'auth-root-wrong-password': 'root.username',
  'rights-limited': 'reader.username',
  'rights-none': 'reader.username',
  'rights-no-root': 'root.username',
  'rights-root-lacks-role': 'root.username',
  'member-not-reachable': 'addressMap',
  'member-address-not-usable': 'addressMap',
  'members-of-two-clusters': 'endpoints',
}

/** The field a finding is about; undefined where no field mends it. */
export function fieldOf({ code, evidence }: Pick<StageResult, 'code' | 'evidence'>): AccessField | undefined {
  const named = accessFields.find((field) => field === `tls.${evidence.field}`)
  return code === 'tls-material-unreadable' ? (named ?? 'endpoints') : fieldOfFinding[code]
}
