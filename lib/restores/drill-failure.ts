import type { ErrorCode } from '#lib/errors.ts'
import { toAppError } from '#lib/errors.ts'

/** Why a drill came to no comparison, by code; what is not named here is `not-readable`. */
const reasons = {
  'etcd-binary-missing': 'no-etcd-binary',
  'snapshot-refused': 'snapshot-refused',
  'not-found': 'no-file',
  'disk-space-short': 'no-disk-space',
  'etcd-limit-exceeded': 'limit-exceeded',
  'restore-timed-out': 'timed-out',
  'restore-failed': 'restore-failed',
  'etcd-start-failed': 'start-failed',
  'etcd-compacted': 'compacted',
} as const satisfies Partial<Record<ErrorCode, string>>

export type DrillFailureCode = (typeof reasons)[keyof typeof reasons] | 'not-readable'

export interface DrillFailure {
  readonly code: DrillFailureCode
  /** As the failure has them: `version` and `foundVersions`, `resource`, `stage` and `said`, … */
  readonly details: Readonly<Record<string, unknown>>
  /** Only a snapshot etcd itself refuses is disproven; all else says nothing of it. */
  readonly verdict: 'disproven' | 'not-proven'
}

/** A failure on the way to the comparison as what it says of the snapshot. @throws what is no expected failure, as `internal` */
export function drillFailureOf(cause: unknown): DrillFailure {
  const error = toAppError(cause)
  if (!error.isExpected) throw error
  const known: Partial<Record<ErrorCode, DrillFailureCode>> = reasons
  const code = known[error.code] ?? 'not-readable'
  const details = code === 'not-readable' ? { ...error.details, code: error.code } : error.details
  return { code, details, verdict: code === 'snapshot-refused' ? 'disproven' : 'not-proven' }
}
