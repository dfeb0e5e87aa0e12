import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { CertificateView } from '#lib/contracts/clusters.ts'

/** A certificate as people compare it: names on one line, times in ISO 8601. */
export function describeCertificate(certificate: X509Certificate): CertificateView {
  return {
    subject: onOneLine(certificate.subject),
    issuer: onOneLine(certificate.issuer),
    notBefore: certificate.validFromDate.toISOString(),
    notAfter: certificate.validToDate.toISOString(),
    names: namesOf(certificate),
  }
}

/** Whether a server of that name or IP address may show this certificate (RFC 6125). */
export function hasName(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined
}

/** `C=DE\nO=Acme\nCN=etcd` and, in Node's view, undefined for none at all. */
function onOneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ') || '–'
}

/** `DNS:etcd-0, IP Address:10.0.0.1`; what is neither is no name a server is called by. */
function namesOf({ subjectAltName }: X509Certificate): string[] {
  return (subjectAltName ?? '').split(', ').flatMap((entry) => {
    const [, name] = /^(?:DNS|IP Address):"?([^"]+)"?$/.exec(entry) ?? []
    return name === undefined ? [] : [name]
  })
}
