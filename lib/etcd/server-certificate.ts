import { X509Certificate } from 'node:crypto'
import { AppError } from '#lib/errors.ts'
import { cleanLine } from '#lib/foreign-text.ts'
import { inspectTls } from '#lib/net/inspect-tls.ts'
import { resolve } from '#lib/net/resolve.ts'
import type { Caller } from './caller.ts'
import type { EtcdEndpoint } from './connection.ts'
import { formatEndpoint } from './connection.ts'
import type { CallOptions } from './deadline.ts'
import { deadlineOf } from './deadline.ts'

const subjectLengthMax = 300

/** Whom a certificate names, and when it is good. */
export interface CertificateTimes {
  /** On one line, clean. */
  readonly subject: string
  readonly notBefore: Date
  readonly notAfter: Date
}

export function certificateCalls(caller: Caller) {
  return {
    /**
     * The certificate a member shows to whoever comes, be it trusted or not; null where it speaks without TLS.
     *
     * @throws AppError of the way there, `etcd-tls-failed` when no certificate was shown
     */
    serverCertificate: async (endpoint: EtcdEndpoint, options: CallOptions = {}): Promise<CertificateTimes | null> => {
      if (endpoint.scheme === 'http') return null
      const { tls: own, door } = caller.access
      using deadline = deadlineOf(options)
      const { signal } = deadline
      const checked = await resolve(endpoint.destination, { ...door, signal })
      const tls = {
        ca: own?.caPem,
        cert: own?.clientCertPem,
        key: own?.clientKeyPem?.reveal(),
        serverName: own?.serverName,
      }
      const { certificates, failure } = await inspectTls(checked, { tls, signal })
      const times = certificates[0] && readCertificateTimes(certificates[0])
      if (times) return times
      const place = formatEndpoint(endpoint)
      throw (
        failure ?? new AppError('etcd-tls-failed', `${place} showed no certificate`, { details: { endpoint: place } })
      )
    },
  }
}

/** From PEM or DER; undefined for what is no certificate. */
export function readCertificateTimes(data: string | Buffer): CertificateTimes | undefined {
  try {
    const { subject, validFromDate: notBefore, validToDate: notAfter } = new X509Certificate(data)
    if ([notBefore, notAfter].some((date) => Number.isNaN(date.getTime()))) return undefined
    return { subject: cleanLine((subject ?? '').replaceAll('\n', ', '), subjectLengthMax) || '–', notBefore, notAfter }
  } catch {
    return undefined
  }
}
