import type { X509Certificate } from 'node:crypto'
import { createPrivateKey } from 'node:crypto'
import { splitEndpoint } from '#lib/contracts/cluster-access.ts'
import type { CertificateView } from '#lib/contracts/clusters.ts'
import type { Secret } from '#lib/secret.ts'
import { dayMs } from '#lib/time.ts'
import { describeCertificate, findCertificate, hasName } from './certificates.ts'
import { readPemBundle } from './pem-bundle.ts'

export interface TlsFiles {
  caPem?: string | undefined
  clientCertPem?: string | undefined
  clientKeyPem?: Secret<string> | undefined
  serverName?: string | undefined
}

export type TlsField = 'caPem' | 'clientCertPem' | 'clientKeyPem' | 'endpoints'

/** `code` is a key of the messages' namespace `validation`, `evidence` fills its placeholders. */
export interface TlsMaterialIssue {
  field: TlsField
  code: string
  /** Whether no connection can come of it; else it is something to know. */
  isFatal: boolean
  evidence: Record<string, string | number>
}

export interface TlsMaterialReport {
  issues: readonly TlsMaterialIssue[]
  ca: readonly CertificateView[]
  /** Ours, without the intermediate ones that come with it. */
  clientCertificate: CertificateView | null
}

/** From when on a certificate wants to be renewed; 30 days is our own choice. */
export const expiresSoonMs = 30 * dayMs

const clientAuthUsage = '1.3.6.1.5.5.7.3.2'

/**
 * Looks at certificates and keys before anything connects with them: whether each can be read, whether key and certificate
 * belong together, whether they are valid `at` that time and for what they are given, and whether the names in a server
 * certificate that is trusted by itself cover the endpoints. Never throws for what somebody pasted.
 */
export function inspectTlsMaterial(
  { tls, endpoints }: { tls: TlsFiles; endpoints: readonly string[] },
  at: Date,
): TlsMaterialReport {
  const ca = readCertificates('caPem', tls.caPem)
  const client = readCertificates('clientCertPem', tls.clientCertPem)
  const key = readKey(tls.clientKeyPem)
  const [own] = client.certificates
  return {
    issues: [
      ...ca.issues,
      ...client.issues,
      ...key.issues,
      ...inspectAuthorities(ca.certificates, at),
      ...inspectNames(ca.certificates, { tls, endpoints }),
      ...(own ? inspectClientCertificate(own, at) : []),
      ...inspectChain(client.certificates, ca.certificates),
      ...inspectPair(tls, own, key.matches),
    ],
    ca: ca.certificates.map(describeCertificate),
    clientCertificate: own ? describeCertificate(own) : null,
  }
}

interface ReadCertificates {
  certificates: X509Certificate[]
  issues: TlsMaterialIssue[]
}

function readCertificates(field: 'caPem' | 'clientCertPem', pem: string | undefined): ReadCertificates {
  const items = pem === undefined ? [] : readPemBundle(pem)
  const read = items.map((item) => ({ item, certificate: item.label === 'CERTIFICATE' && findCertificate(item.text) }))
  const issues = read.flatMap(({ item: { label, position }, certificate }): TlsMaterialIssue[] => {
    const evidence = { position, total: items.length, label }
    return certificate ? [] : [{ field, code: faultOf(label), isFatal: true, evidence }]
  })
  const isEmpty = pem !== undefined && items.length === 0
  return {
    certificates: read.flatMap(({ certificate }) => certificate || []),
    issues: isEmpty ? [{ field, code: 'certificate-not-pem', isFatal: true, evidence: {} }] : issues,
  }
}

function faultOf(label: string): string {
  if (label === 'CERTIFICATE') return 'pem-item-unreadable'
  return label.endsWith('PRIVATE KEY') ? 'pem-holds-key' : 'pem-item-foreign'
}

interface ReadKey {
  /** Whether the key belongs to a certificate. */
  matches?: (certificate: X509Certificate) => boolean
  issues: TlsMaterialIssue[]
}

function readKey(pem: Secret<string> | undefined): ReadKey {
  if (pem === undefined) return { issues: [] }
  const items = readPemBundle(pem.reveal())
  const item = items.find(({ label }) => label.endsWith('PRIVATE KEY'))
  const fail = (code: string): ReadKey => ({
    issues: [
      { field: 'clientKeyPem', code, isFatal: true, evidence: { position: item?.position ?? 1, total: items.length } },
    ],
  })
  if (!item) return fail('key-not-pem')
  if (item.label === 'ENCRYPTED PRIVATE KEY' || /Proc-Type: 4,ENCRYPTED/.test(item.text)) return fail('key-protected')
  try {
    const key = createPrivateKey(item.text)
    return { issues: [], matches: (certificate) => certificate.checkPrivateKey(key) }
  } catch {
    return fail('key-unreadable')
  }
}

function inspectPair(tls: TlsFiles, own: X509Certificate | undefined, matches: ReadKey['matches']): TlsMaterialIssue[] {
  const fail = (field: TlsField, code: string, evidence = {}) => [{ field, code, isFatal: true, evidence }]
  if (tls.clientCertPem !== undefined && tls.clientKeyPem === undefined) return fail('clientKeyPem', 'key-missing')
  if (tls.clientCertPem === undefined && tls.clientKeyPem !== undefined) {
    return fail('clientCertPem', 'certificate-missing')
  }
  if (!own || !matches || matches(own)) return []
  return fail('clientKeyPem', 'key-mismatch', { subject: describeCertificate(own).subject })
}

/** One that is no authority can still be trusted, if it signed itself; a bundle may hold what is of no use beside what is. */
function inspectAuthorities(authorities: readonly X509Certificate[], at: Date): TlsMaterialIssue[] {
  const isUseful = (one: X509Certificate) => (one.ca || isSelfSigned(one)) && inspectTimes(one, at)?.isFatal !== true
  const isFatal = !authorities.some(isUseful)
  return authorities.flatMap((one) => {
    const times = inspectTimes(one, at)
    const issues = times ? [{ ...times, field: 'caPem' as const, isFatal: times.isFatal && isFatal }] : []
    if (one.ca || isSelfSigned(one)) return issues
    const { subject, issuer } = describeCertificate(one)
    return [{ field: 'caPem', code: 'ca-no-authority', isFatal, evidence: { subject, issuer } }, ...issues]
  })
}

function inspectClientCertificate(own: X509Certificate, at: Date): TlsMaterialIssue[] {
  const times = inspectTimes(own, at)
  const { subject } = describeCertificate(own)
  const usages = own.keyUsage ?? []
  const isForClients = usages.length === 0 || usages.includes(clientAuthUsage)
  return [
    ...(times ? [{ ...times, field: 'clientCertPem' as const }] : []),
    ...(isForClients
      ? []
      : [
          {
            field: 'clientCertPem' as const,
            code: 'certificate-not-for-clients',
            isFatal: false,
            evidence: { subject },
          },
        ]),
  ]
}

function inspectTimes(certificate: X509Certificate, at: Date): Omit<TlsMaterialIssue, 'field'> | undefined {
  const { subject, notBefore, notAfter } = describeCertificate(certificate)
  const leftMs = certificate.validToDate.getTime() - at.getTime()
  if (leftMs < 0) return { code: 'certificate-expired', isFatal: true, evidence: { subject, notAfter } }
  if (certificate.validFromDate > at) {
    return { code: 'certificate-not-yet-valid', isFatal: true, evidence: { subject, notBefore, now: at.toISOString() } }
  }
  if (leftMs >= expiresSoonMs) return undefined
  return {
    code: 'certificate-expires-soon',
    isFatal: false,
    evidence: { subject, notAfter, days: Math.floor(leftMs / dayMs) },
  }
}

/**
 * Each certificate has to be signed by the next; where the last one's issuer is not among the given authorities, etcd may
 * know it all the same: servers and clients can be of different ones.
 */
function inspectChain(chain: readonly X509Certificate[], authorities: readonly X509Certificate[]): TlsMaterialIssue[] {
  const warn = (code: string, evidence: TlsMaterialIssue['evidence']) => [
    { field: 'clientCertPem' as const, code, isFatal: false, evidence },
  ]
  const broken = chain.findIndex((one, index) => {
    const next = chain[index + 1]
    return next !== undefined && !isSignedBy(one, next)
  })
  if (broken >= 0) return warn('chain-broken', { position: broken + 1, total: chain.length })
  const last = chain.at(-1)
  if (!last || authorities.length === 0 || authorities.some((one) => isSignedBy(last, one))) return []
  const { subject, issuer } = describeCertificate(last)
  return warn('certificate-of-another-ca', { subject, issuer })
}

/** A server's own certificate as authority is good for that server's names only. */
function inspectNames(
  authorities: readonly X509Certificate[],
  { tls, endpoints }: { tls: TlsFiles; endpoints: readonly string[] },
): TlsMaterialIssue[] {
  const isOnlyServers = authorities.length > 0 && authorities.every((one) => !one.ca && isSelfSigned(one))
  if (!isOnlyServers) return []
  const names = authorities.flatMap((one) => describeCertificate(one).names).join(', ')
  const wanted =
    tls.serverName === undefined ? endpoints.flatMap((one) => splitEndpoint(one)?.host ?? []) : [tls.serverName]
  return [...new Set(wanted)]
    .filter((name) => !authorities.some((one) => hasName(one, name)))
    .map((name) => ({
      field: 'endpoints',
      code: 'certificate-for-other-names',
      isFatal: true,
      evidence: { name, names },
    }))
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return isSignedBy(certificate, certificate)
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
  } catch {
    // A key of a kind this OpenSSL does not know vouches for nothing here.
    return false
  }
}
