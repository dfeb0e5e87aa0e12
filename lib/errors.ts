/**
 * Every way this product can fail, once: the HTTP status the caller sees, and whether the same attempt, made again later
 * and unchanged, can succeed. Workers retry and clients are told to retry by `retryable` alone, so the thrower decides by
 * choosing the code. The sentence a person reads for each code stands in `lib/i18n/messages/<locale>/errors.json`.
 */
export const errorCodes = {
  // The request itself
  'malformed-json': { status: 400, retryable: false },
  'cursor-invalid': { status: 400, retryable: false },
  'method-not-allowed': { status: 405, retryable: false },
  'payload-too-large': { status: 413, retryable: false },
  'unsupported-media-type': { status: 415, retryable: false },
  'invalid-input': { status: 422, retryable: false },

  // Who is asking
  'not-authenticated': { status: 401, retryable: false },
  'session-expired': { status: 401, retryable: false },
  'bad-credentials': { status: 401, retryable: false },
  'permission-denied': { status: 403, retryable: false },
  'step-up-required': { status: 403, retryable: false },
  'person-required': { status: 403, retryable: false },
  'no-team': { status: 403, retryable: false },
  'origin-refused': { status: 403, retryable: false },
  'sign-up-disabled': { status: 403, retryable: false },
  'invitation-invalid': { status: 410, retryable: false },
  'invitation-not-yours': { status: 403, retryable: false },
  'oidc-email-unverified': { status: 403, retryable: false },
  'oidc-account-exists': { status: 409, retryable: false },
  'email-taken': { status: 409, retryable: false },
  'reset-link-invalid': { status: 410, retryable: false },
  'password-too-common': { status: 422, retryable: false },

  // What is asked for, and the state it is in
  'not-found': { status: 404, retryable: false },
  conflict: { status: 409, retryable: false },
  'already-exists': { status: 409, retryable: false },
  'last-owner': { status: 409, retryable: false },
  'already-member': { status: 409, retryable: false },
  'already-invited': { status: 409, retryable: false },
  'sign-in-first': { status: 409, retryable: false },
  'reset-not-allowed': { status: 409, retryable: false },
  'tenant-closing': { status: 423, retryable: false },
  'confirmation-mismatch': { status: 422, retryable: false },
  'cluster-not-usable': { status: 422, retryable: false },
  'cluster-is-another': { status: 409, retryable: false },
  'cluster-paused': { status: 409, retryable: false },
  'cluster-protected': { status: 409, retryable: false },
  'import-file-unreadable': { status: 422, retryable: false },
  'import-not-ready': { status: 409, retryable: false },
  'passwords-needed': { status: 422, retryable: false },
  'tls-material-invalid': { status: 422, retryable: false },
  'backup-under-way': { status: 409, retryable: false },
  'drill-under-way': { status: 409, retryable: false },
  'no-storage-target': { status: 409, retryable: false },
  'no-verified-backup': { status: 409, retryable: false },
  'backup-not-usable': { status: 409, retryable: false },
  'backups-not-comparable': { status: 422, retryable: false },
  'backups-too-large': { status: 422, retryable: false },
  'comparison-timed-out': { status: 504, retryable: true },
  'backup-pinned': { status: 409, retryable: false },
  'last-verified-backup': { status: 409, retryable: false },
  'storage-target-in-use': { status: 409, retryable: false },
  'no-backup-directory': { status: 422, retryable: false },
  'idempotency-key-reused': { status: 422, retryable: false },
  'idempotency-in-progress': { status: 409, retryable: true },

  // Too much
  'quota-exceeded': { status: 429, retryable: false },
  'rate-limited': { status: 429, retryable: true },
  'too-many-attempts': { status: 429, retryable: true },

  // How a job ended
  'job-cancelled': { status: 409, retryable: false },
  'job-timed-out': { status: 504, retryable: true },
  'worker-lost': { status: 503, retryable: false },
  'no-longer-allowed': { status: 403, retryable: false },

  // Beyond the door: what connecting to somebody else's server can meet
  'address-malformed': { status: 422, retryable: false },
  'address-denied': { status: 422, retryable: false },
  'name-unknown': { status: 422, retryable: false },
  'name-lookup-failed': { status: 502, retryable: true },
  'connection-refused': { status: 502, retryable: true },
  'connection-timed-out': { status: 502, retryable: true },
  'connection-reset': { status: 502, retryable: true },
  'host-unreachable': { status: 502, retryable: true },
  'timed-out': { status: 504, retryable: true },
  'tls-not-spoken': { status: 502, retryable: false },
  'tls-failed': { status: 502, retryable: false },
  'certificate-expired': { status: 502, retryable: false },
  'certificate-not-yet-valid': { status: 502, retryable: false },
  'certificate-untrusted': { status: 502, retryable: false },
  'certificate-name-mismatch': { status: 502, retryable: false },
  'certificate-unreadable': { status: 422, retryable: false },
  'client-certificate-required': { status: 502, retryable: false },
  'client-certificate-refused': { status: 502, retryable: false },
  'client-key-mismatch': { status: 422, retryable: false },
  'answer-too-large': { status: 502, retryable: false },
  'answer-unreadable': { status: 502, retryable: false },

  // What an etcd says, or what stands between it and us
  'etcd-unavailable': { status: 503, retryable: true },
  'etcd-tls-failed': { status: 502, retryable: false },
  'etcd-no-leader': { status: 503, retryable: true },
  'etcd-timeout': { status: 504, retryable: true },
  'etcd-auth-failed': { status: 422, retryable: false },
  'etcd-auth-disabled': { status: 409, retryable: false },
  'etcd-auth-required': { status: 422, retryable: false },
  'etcd-permission-denied': { status: 422, retryable: false },
  'etcd-needs-root': { status: 422, retryable: false },
  'etcd-compacted': { status: 410, retryable: false },
  'etcd-future-revision': { status: 409, retryable: true },
  'etcd-nospace': { status: 409, retryable: false },
  'etcd-corrupt': { status: 409, retryable: false },
  'etcd-too-large': { status: 413, retryable: false },
  'etcd-busy': { status: 503, retryable: true },
  'etcd-member-not-found': { status: 404, retryable: false },
  'etcd-lease-not-found': { status: 404, retryable: false },
  'etcd-not-found': { status: 404, retryable: false },
  'etcd-already-exists': { status: 409, retryable: false },
  'etcd-learner': { status: 409, retryable: false },
  'etcd-not-etcd': { status: 502, retryable: false },
  'etcd-unsupported': { status: 422, retryable: false },
  'etcd-refused': { status: 422, retryable: false },
  'etcd-failed': { status: 502, retryable: true },

  // What a snapshot file holds
  'snapshot-damaged': { status: 422, retryable: false },
  'snapshot-unreadable': { status: 503, retryable: true },

  // What a stored backup is found to be
  'backup-damaged': { status: 422, retryable: false },
  'backup-key-wrong': { status: 422, retryable: false },
  'backup-format-too-new': { status: 422, retryable: false },
  'backup-manifest-unreadable': { status: 422, retryable: false },

  // What a bucket or directory for backups says
  'storage-denied': { status: 422, retryable: false },
  'storage-credentials': { status: 422, retryable: false },
  'storage-clock-skew': { status: 422, retryable: false },
  'storage-no-bucket': { status: 422, retryable: false },
  'storage-region': { status: 422, retryable: false },
  'storage-unavailable': { status: 503, retryable: true },
  'storage-slow-down': { status: 503, retryable: true },
  'storage-full': { status: 409, retryable: false },
  'storage-object-exists': { status: 409, retryable: false },
  'storage-object-missing': { status: 404, retryable: false },
  'storage-upload-missing': { status: 409, retryable: false },
  'storage-bad-answer': { status: 502, retryable: true },
  'storage-refused': { status: 422, retryable: false },

  // Ours
  'dependency-unavailable': { status: 503, retryable: true },
  'mail-unavailable': { status: 503, retryable: true },
  'mail-refused': { status: 422, retryable: false },
  'etcd-binary-missing': { status: 503, retryable: false },
  'etcd-start-failed': { status: 503, retryable: true },
  'etcd-limit-exceeded': { status: 503, retryable: false },
  'snapshot-refused': { status: 422, retryable: false },
  'restore-failed': { status: 503, retryable: true },
  'restore-timed-out': { status: 504, retryable: true },
  'spool-full': { status: 503, retryable: true },
  'spool-too-small': { status: 503, retryable: false },
  'disk-space-short': { status: 503, retryable: false },
  'secret-unreadable': { status: 500, retryable: false },
  // A stranger may be passing weather (a dropped connection nobody mapped): attempts are bounded, so trying again is the safer guess.
  internal: { status: 500, retryable: true },
} as const satisfies Record<string, { status: number; retryable: boolean }>

export type ErrorCode = keyof typeof errorCodes

/** Codes whose sentence tells the caller how long to wait: the compiler asks their thrower for the seconds. */
type TimedErrorCode = 'rate-limited' | 'too-many-attempts'

interface AppErrorOptions {
  cause?: unknown
  details?: Record<string, unknown>
}

interface TimedAppErrorOptions extends AppErrorOptions {
  details: { retryAfterSeconds: number; [name: string]: unknown }
}

const brand = Symbol.for('kstone.AppError')

/**
 * The one failure this product throws on purpose.
 *
 * `message` is English for operators and goes to the log only; a caller sees the translated sentence of `code`.
 * `details` go to the caller as they are, so they hold nothing secret and nothing internal.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>
  readonly [brand] = true

  constructor(code: TimedErrorCode, message: string, options: TimedAppErrorOptions)
  constructor(code: Exclude<ErrorCode, TimedErrorCode>, message: string, options?: AppErrorOptions)
  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.details = options.details ?? {}
  }

  get status(): number {
    return errorCodes[this.code].status
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable
  }

  /** Whether callers or the weather make it now and then; what is not expected is our own fault and wakes somebody. */
  get isExpected(): boolean {
    return this.status !== 500
  }

  /** Next bundles a module more than once: `instanceof` holds for an error made by any copy of this class. */
  static override [Symbol.hasInstance](value: unknown): value is AppError {
    return typeof value === 'object' && value !== null && brand in value
  }
}

/** The one place where a stranger becomes one of ours: anything but an `AppError` is `internal`, with the stranger as its cause. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  return new AppError('internal', 'Something went wrong', { cause: error })
}
