import { z } from 'zod'
import type { ErrorCode } from '#lib/errors.ts'
import { AppError } from '#lib/errors.ts'
import { cleanLine } from '#lib/foreign-text.ts'
import { tlsFailure } from '#lib/net/tls-failure.ts'
import type { S3Operation } from './s3-permissions.ts'
import { permissionFor } from './s3-permissions.ts'

/** What was asked, for the evidence of a failure. */
export interface AskedS3 {
  readonly operation: S3Operation
  readonly bucket: string
  readonly key?: string | undefined
  readonly region: string
  readonly endpoint: string
}

type StorageCode = Extract<ErrorCode, `storage-${string}`>

/** S3's error codes, and those other servers use for the same. */
const codes: Readonly<Record<string, StorageCode>> = {
  AccessDenied: 'storage-denied',
  AllAccessDisabled: 'storage-denied',
  AccountProblem: 'storage-denied',
  Forbidden: 'storage-denied',
  UnauthorizedAccess: 'storage-denied',
  InvalidAccessKeyId: 'storage-credentials',
  SignatureDoesNotMatch: 'storage-credentials',
  InvalidToken: 'storage-credentials',
  ExpiredToken: 'storage-credentials',
  InvalidSecurity: 'storage-credentials',
  NotSignedUp: 'storage-credentials',
  TokenRefreshRequired: 'storage-credentials',
  RequestTimeTooSkewed: 'storage-clock-skew',
  RequestExpired: 'storage-clock-skew',
  NoSuchBucket: 'storage-no-bucket',
  InvalidBucketName: 'storage-no-bucket',
  PermanentRedirect: 'storage-region',
  TemporaryRedirect: 'storage-region',
  Redirect: 'storage-region',
  AuthorizationHeaderMalformed: 'storage-region',
  IllegalLocationConstraintException: 'storage-region',
  NoSuchKey: 'storage-object-missing',
  NotFound: 'storage-object-missing',
  NoSuchUpload: 'storage-upload-missing',
  PreconditionFailed: 'storage-object-exists',
  QuotaExceeded: 'storage-full',
  XMinioStorageFull: 'storage-full',
  InsufficientStorage: 'storage-full',
  SlowDown: 'storage-slow-down',
  SlowDownRead: 'storage-slow-down',
  SlowDownWrite: 'storage-slow-down',
  Throttling: 'storage-slow-down',
  ThrottlingException: 'storage-slow-down',
  TooManyRequests: 'storage-slow-down',
  RequestLimitExceeded: 'storage-slow-down',
  InternalError: 'storage-unavailable',
  ServiceUnavailable: 'storage-unavailable',
  OperationAborted: 'storage-unavailable',
  ConditionalRequestConflict: 'storage-unavailable',
  RequestTimeout: 'storage-unavailable',
  BadDigest: 'storage-bad-answer',
  XAmzContentSHA256Mismatch: 'storage-bad-answer',
  IncompleteBody: 'storage-bad-answer',
}

const failure = z.object({
  name: z.string(),
  message: z.string(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
  $response: z.object({ headers: z.record(z.string(), z.string()).catch({}) }).optional(),
  Region: z.string().optional(),
  RequestTime: z.unknown(),
  ServerTime: z.unknown(),
})

type S3Words = z.output<typeof failure>

/** Our name for what S3, or something that stands in its place, said. What is none of that comes back as it is. */
export function s3Failure(cause: unknown, asked: AskedS3): unknown {
  if (cause instanceof AppError || !(cause instanceof Error)) return cause
  const words = failure.safeParse(fieldsOf(cause)).data
  const status = words?.$metadata?.httpStatusCode
  if (words === undefined || status === undefined) return wireFailure(cause, asked)
  const code = codes[words.name] ?? codeOfStatus(status)
  return new AppError(code, `${asked.operation} of ${asked.bucket} at ${asked.endpoint}: ${words.name} (${status})`, {
    cause,
    details: { ...whereOf(asked), status, reason: cleanLine(words.name, 100), ...evidence(code, words, asked) },
  })
}

/** Some of these are getters or hidden, which a schema does not look at. */
function fieldsOf(cause: Error): Record<string, unknown> {
  const names = ['name', 'message', '$metadata', '$response', 'Region', 'RequestTime', 'ServerTime']
  return Object.fromEntries(names.map((name) => [name, Reflect.get(cause, name)]))
}

/** For answers without a code that is known: of gateways, and of HEAD, which has no body. */
function codeOfStatus(status: number): StorageCode {
  if (status === 401 || status === 403) return 'storage-denied'
  if (status === 404) return 'storage-bad-answer'
  if (status === 412) return 'storage-object-exists'
  if (status === 429) return 'storage-slow-down'
  if (status === 507) return 'storage-full'
  if (status === 501 || (status >= 400 && status < 500)) return 'storage-refused'
  return status >= 500 ? 'storage-unavailable' : 'storage-bad-answer'
}

function evidence(code: StorageCode, words: S3Words, asked: AskedS3): Record<string, unknown> {
  const said = cleanLine(words.message, 300)
  if (code === 'storage-denied') return { permission: permissionFor(asked.operation, said), said }
  if (code === 'storage-clock-skew') return timesOf(words)
  if (code === 'storage-region') return regionsOf(words, asked)
  return { said }
}

function timesOf({ RequestTime, ServerTime, $response }: S3Words): Record<string, string> {
  const server = readTime(ServerTime ?? $response?.headers.date)
  return {
    ourTime: readTime(RequestTime) ?? new Date().toISOString(),
    ...(server === undefined ? {} : { storageTime: server }),
  }
}

/** `20261122T161500Z` of a signature, or any date of HTTP or XML. */
function readTime(value: unknown): string | undefined {
  if (typeof value !== 'string' && !(value instanceof Date)) return
  const text = value instanceof Date ? value.toISOString() : value
  const time = new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString()
}

function regionsOf({ Region, $response }: S3Words, asked: AskedS3): Record<string, string> {
  const told = Region ?? $response?.headers['x-amz-bucket-region']
  return { region: asked.region, ...(told === undefined ? {} : { rightRegion: cleanLine(told, 60) }) }
}

/** No answer of S3's at all: a connection that broke, or an answer that cannot be read. */
function wireFailure(cause: Error, asked: AskedS3): unknown {
  const reason = String(Reflect.get(cause, 'code') ?? cause.name)
  const said = `${asked.operation} of ${asked.bucket} at ${asked.endpoint}`
  const details = { ...whereOf(asked), reason: cleanLine(reason, 100) }
  if (/^(ECONNRESET|EPIPE|ECONNABORTED|ABORT_ERR|ERR_STREAM_PREMATURE_CLOSE)$/.test(reason)) {
    return new AppError('storage-unavailable', `${said}: the connection broke (${reason})`, { cause, details })
  }
  if (cause.name === 'TimeoutError') {
    return new AppError('timed-out', `${said}: no byte came or went for too long`, { cause, details })
  }
  const { hostname, port } = new URL(asked.endpoint)
  const target = { host: hostname, port: Number(port), address: hostname, hasClientCertificate: false }
  const mapped = tlsFailure(cause, target)
  if (mapped instanceof AppError) return mapped
  const isUnreadable = reason.startsWith('HPE_') || '$responseBodyText' in cause || '$response' in cause
  if (!isUnreadable) return cause
  return new AppError('storage-bad-answer', `${said}: an answer that is not S3's`, { cause, details })
}

export function whereOf({ operation, bucket, key, endpoint }: AskedS3): Record<string, string> {
  return { operation, bucket, endpoint, ...(key === undefined ? {} : { key }) }
}
