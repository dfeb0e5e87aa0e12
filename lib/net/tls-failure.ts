import type { ErrorCode } from '#lib/errors.ts'
import { AppError } from '#lib/errors.ts'
import type { ConnectionTarget } from './connection-failure.ts'
import { connectionFailure } from './connection-failure.ts'

/** What was tried, which decides what an alert of the other side means. */
export interface TlsAttempt extends ConnectionTarget {
  hasClientCertificate: boolean
}

type TlsFailureCode = Extract<
  ErrorCode,
  | 'tls-not-spoken'
  | 'tls-failed'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'certificate-untrusted'
  | 'certificate-name-mismatch'
  | 'certificate-unreadable'
  | 'client-certificate-required'
  | 'client-certificate-refused'
  | 'client-key-mismatch'
>

/** What OpenSSL and Node call it; the first that fits decides. */
const forms: readonly (readonly [RegExp, TlsFailureCode])[] = [
  [
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL|INVALID_RECORD)/,
    'tls-not-spoken',
  ],
  [/^CERT_HAS_EXPIRED$/, 'certificate-expired'],
  [/^CERT_NOT_YET_VALID$/, 'certificate-not-yet-valid'],
  [/^ERR_TLS_CERT_ALTNAME_/, 'certificate-name-mismatch'],
  [
    /SELF_SIGNED|^UNABLE_TO_|^CERT_(UNTRUSTED|REJECTED|SIGNATURE_FAILURE|CHAIN_TOO_LONG)|^INVALID_(CA|PURPOSE)$/,
    'certificate-untrusted',
  ],
  [/KEY_VALUES_MISMATCH|KEY_TYPE_MISMATCH/, 'client-key-mismatch'],
  [/ALERT_CERTIFICATE_REQUIRED/, 'client-certificate-required'],
  [/ALERT_(\w*CERTIFICATE\w*|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)$/, 'client-certificate-refused'],
  [/^ERR_OSSL_(PEM|ASN1|X509|EVP|UNSUPPORTED|DECODER|BAD|WRONG|NO_START)|DECODER/, 'certificate-unreadable'],
  [/^ERR_(SSL|TLS|OSSL)/, 'tls-failed'],
]

/**
 * Our name for what went wrong in a handshake, or right after it: with TLS 1.3 a server refuses a client's certificate only
 * after the client believes to be connected, so the first read is what fails. What is no such failure comes back as it is.
 */
export function tlsFailure(cause: unknown, { hasClientCertificate, ...target }: TlsAttempt): unknown {
  const failure = connectionFailure(cause, target)
  if (failure instanceof AppError || !(cause instanceof Error)) return failure
  const reason = String(Reflect.get(cause, 'code'))
  const found = forms.find(([form]) => form.test(reason))?.[1]
  if (found === undefined) return cause
  const isMissing = found === 'client-certificate-refused' && !hasClientCertificate
  const code = isMissing ? 'client-certificate-required' : found
  return new AppError(code, `No TLS with ${target.host} at ${target.address} port ${target.port}: ${reason}`, {
    cause,
    details: { ...target, reason },
  })
}
