import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { CertificateView } from '#lib/contracts/clusters.ts'
import { cleanText } from '#lib/foreign-text.ts'

/** More names than anybody reads; certificates of strangers are shown too. */
const namesMax = 50
const nameLengthMax = 300

/** A certificate from PEM or DER; undefined for what is none, or has no dates one could hold it to. */
export function findCertificate(data: string | Buffer): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(data)
    const dates = [certificate.validFromDate, certificate.validToDate]
    return dates.some((date) => Number.isNaN(date.getTime())) ? undefined : certificate
  } catch {
    return undefined
  }
}

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
  return cleanText((name ?? '').replaceAll('\n', ', '), nameLengthMax) || '–'
}

/** `DNS:etcd-0, IP Address:10.0.0.1`; what is neither is no name a server is called by. */
function namesOf({ subjectAltName }: X509Certificate): string[] {
  const names = (subjectAltName ?? '').split(', ').flatMap((entry) => {
    const [, name] = /^(?:DNS|IP Address):"?([^"]+)"?$/.exec(entry) ?? []
    return name === undefined ? [] : [cleanText(name, nameLengthMax)]
  })
  return names.slice(0, namesMax)
}
