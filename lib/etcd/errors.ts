import { status } from '@grpc/grpc-js'
import { z } from 'zod'
import type { ErrorCode } from '#lib/errors.ts'
import { AppError } from '#lib/errors.ts'
import { cleanLine } from '#lib/foreign-text.ts'

/** What was being done when it failed. */
export interface FailedCall {
  /** etcd's name of the call, `KV/Txn` */
  name: string
  endpoint: string
  /** Whether it changes something: then a failure after sending leaves the outcome unknown. */
  isWrite: boolean
  /** Whether etcd lets only root do it, once authentication is on. */
  needsRoot: boolean
  /** Whether we showed a certificate of our own, which decides what a server's refusal means. */
  hasCertificate: boolean
}

type EtcdErrorCode = Extract<ErrorCode, `etcd-${string}`>

const serviceError = z.object({ code: z.number(), details: z.string() })

/**
 * etcd's own sentences (`api/v3rpc/rpctypes/error.go`), the same in 3.4, 3.5 and 3.6. They come before the status codes: etcd
 * sends `UNAVAILABLE` both for a lost leader and for a request that timed out half way.
 */
const sentences: readonly (readonly [RegExp, EtcdErrorCode])[] = [
  [/no leader/, 'etcd-no-leader'],
  [/request timed out|leader changed|server stopped/, 'etcd-timeout'],
  [/authentication failed, invalid user ID or password/, 'etcd-auth-failed'],
  [/invalid auth token|revision of auth store is old|auth(entication)? revision .*old/, 'etcd-auth-failed'],
  [/authentication is not enabled/, 'etcd-auth-disabled'],
  [/user name is empty/, 'etcd-auth-required'],
  [/permission denied/, 'etcd-permission-denied'],
  [/required revision has been compacted/, 'etcd-compacted'],
  [/required revision is a future revision/, 'etcd-future-revision'],
  [/database space exceeded/, 'etcd-nospace'],
  [/corrupt/, 'etcd-corrupt'],
  [/request is too large|message larger than max|too many operations in txn/i, 'etcd-too-large'],
  [/too many requests/, 'etcd-busy'],
  [/member not found/, 'etcd-member-not-found'],
  [/requested lease not found/, 'etcd-lease-not-found'],
  [/(user|role) name not found|is not granted to the (user|role)/, 'etcd-not-found'],
  [/already exists/, 'etcd-already-exists'],
  [/not supported for learner|learner/, 'etcd-learner'],
  [/Received HTTP status code|content-type/i, 'etcd-not-etcd'],
  // How a stream ends when its member stops in an orderly way.
  [/^Received RST_STREAM/, 'etcd-unavailable'],
]

const statuses: Readonly<Record<number, EtcdErrorCode>> = {
  [status.DEADLINE_EXCEEDED]: 'etcd-timeout',
  [status.PERMISSION_DENIED]: 'etcd-permission-denied',
  [status.UNAUTHENTICATED]: 'etcd-auth-failed',
  [status.UNIMPLEMENTED]: 'etcd-unsupported',
  [status.UNAVAILABLE]: 'etcd-unavailable',
  [status.RESOURCE_EXHAUSTED]: 'etcd-busy',
  [status.DATA_LOSS]: 'etcd-corrupt',
  [status.INVALID_ARGUMENT]: 'etcd-refused',
  [status.FAILED_PRECONDITION]: 'etcd-refused',
  [status.OUT_OF_RANGE]: 'etcd-refused',
  [status.NOT_FOUND]: 'etcd-not-found',
  [status.ALREADY_EXISTS]: 'etcd-already-exists',
}

/** In the words of OpenSSL, nghttp2 and the operating system; the names are those of `lib/net` for the same failures. */
const connectionReasons: readonly (readonly [RegExp, ErrorCode])[] = [
  [/ECONNREFUSED/, 'connection-refused'],
  [/before secure TLS connection was established/, 'connection-reset'],
  [/ETIMEDOUT|timed? ?out/i, 'connection-timed-out'],
  [/EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL/, 'host-unreachable'],
  [/altname|does not match certificate/i, 'certificate-name-mismatch'],
  [/certificate has expired|CERT_HAS_EXPIRED/i, 'certificate-expired'],
  [/not yet valid/i, 'certificate-not-yet-valid'],
  [/alert certificate required|alert number 116/i, 'client-certificate-required'],
  [
    /alert (bad certificate|unknown ca|certificate|access denied|decrypt error)|alert number 4[2-689]/i,
    'client-certificate-refused',
  ],
  [/self.signed|unable to (verify|get)|issuer|UNABLE_TO_VERIFY/i, 'certificate-untrusted'],
  [/wrong version number|packet length too long|http request|record layer failure/i, 'tls-not-spoken'],
  [/key values mismatch|key type mismatch/i, 'client-key-mismatch'],
  [/no start line|PEM|asn1|bad base64|DECODER/i, 'certificate-unreadable'],
  [/SSL|TLS|certificate/i, 'tls-failed'],
  [/ECONNRESET|EPIPE|socket hang up|Connection dropped/i, 'connection-reset'],
]

const neverSent = /^No connection established|^Name resolution failed|before call started/

/** etcd's own sentences are shorter, those of OpenSSL not much longer. */
const saidLengthMax = 500

/** Turns what gRPC, the socket below it or etcd said into one of our codes; nobody else sees gRPC. */
export function toEtcdError(error: unknown, call: FailedCall): AppError {
  if (error instanceof AppError) return error
  const { name, endpoint } = call
  const parsed = serviceError.safeParse(error)
  const said = cleanLine(parsed.success ? parsed.data.details : String(error), saidLengthMax)
  const code = parsed.success ? judge(parsed.data.code, said, call) : 'etcd-failed'
  const wasSent = !neverSent.test(said)
  const outcome = call.isWrite && wasSent && mayHaveHappened.has(code) ? 'unknown' : 'not-done'
  const failure = {
    cause: error,
    message: `${name} at ${endpoint}: ${said}`,
    details: { call: name, endpoint, said, outcome },
    hasCertificate: call.hasCertificate,
  }
  const made =
    code === 'etcd-unavailable' ? connectionError(said, failure) : new AppError(code, failure.message, failure)
  if (!wasSent) unsent.add(made)
  return made
}

const mayHaveHappened: ReadonlySet<ErrorCode> = new Set(['etcd-timeout', 'etcd-unavailable', 'etcd-failed'])

function judge(grpcStatus: number, said: string, call: FailedCall): EtcdErrorCode {
  const isConnection = grpcStatus === status.UNAVAILABLE && !said.startsWith('etcdserver')
  // What HTTP/2 says of somebody who does not speak it.
  if (isConnection && /Last error: Protocol error/.test(said)) return 'etcd-not-etcd'
  const sentence = isConnection ? undefined : sentences.find(([pattern]) => pattern.test(said))?.[1]
  const found = sentence ?? statuses[grpcStatus] ?? 'etcd-failed'
  if (found === 'etcd-permission-denied' && call.needsRoot) return 'etcd-needs-root'
  // Said of who asks, not of whom was asked about: the name in a client certificate that is no user.
  const isStranger = /user name not found/.test(said) && !namesUser.test(call.name)
  return isStranger ? 'etcd-auth-required' : found
}

const namesUser = /^Auth\/User(Get|Delete|ChangePassword|GrantRole|RevokeRole)$/

interface ConnectionFailure {
  cause: unknown
  message: string
  details: Record<string, unknown>
  hasCertificate?: boolean
}

/**
 * The failure to connect that `said` describes. A matter of trust is no weather, and trying again does not mend it. Older
 * servers refuse somebody without a certificate as if it were a bad one.
 */
export function connectionError(
  said: string,
  { cause, message, details, hasCertificate = true }: ConnectionFailure,
): AppError {
  const found = connectionReasons.find(([pattern]) => pattern.test(said))?.[1] ?? 'connection-reset'
  const reason = found === 'client-certificate-refused' && !hasCertificate ? 'client-certificate-required' : found
  const code = /^(tls|certificate|client)-/.test(reason) ? 'etcd-tls-failed' : 'etcd-unavailable'
  return new AppError(code, message, { cause, details: { ...details, reason } })
}

/** The failure of a call that was answered with something else than gRPC, as with a page of HTML. */
export function notGrpcError(contentType: string, { name, endpoint }: FailedCall): AppError {
  const said = `content-type: ${cleanLine(contentType, saidLengthMax)}`
  return new AppError('etcd-not-etcd', `${name} at ${endpoint} is not answered by gRPC: ${said}`, {
    details: { call: name, endpoint, said, outcome: 'not-done' },
  })
}

/** Said of the password itself, not of a token that was got with it. */
export function saysPasswordIsWrong(error: unknown): boolean {
  const isRefused = error instanceof AppError && error.code === 'etcd-auth-failed'
  return isRefused && /invalid user ID or password/.test(String(error.details.said))
}

const unsent = new WeakSet<AppError>()

/** Notes that the failure came before anything reached the member. */
export function markUnsent(error: unknown): unknown {
  if (error instanceof AppError) unsent.add(error)
  return error
}

/** Whether nothing reached the member, so that asking another one repeats nothing. */
export function wasNeverSent(error: unknown): boolean {
  return error instanceof AppError && unsent.has(error)
}
