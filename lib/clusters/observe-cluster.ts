import type { ErrorCode } from '#lib/errors.ts'
import { AppError } from '#lib/errors.ts'
import type { AddressPolicy } from '#lib/net/address-policy.ts'
import type { DiagnosisAccess, ObservedMember } from './diagnosis/diagnose.ts'

export interface ObservedAccess extends DiagnosisAccess {
  /** Decimal; the cluster this way led to before. */
  etcdClusterId?: string | undefined
}

/** What one light look at a cluster saw. */
export interface Observation {
  /** As the cluster lists them; empty when it could not be asked for them. */
  members: ObservedMember[]
  /** Of the cluster that answered, decimal; not necessarily the one expected. */
  etcdClusterId: string | null
  /** The lowest of the members that answered. */
  version: string | null
  /** The name of the leader, or its id in hexadecimal where it has none. */
  leader: string | null
  /** What stood in the way, of the whole look: no answer, a refused password. Members may be known all the same. */
  problem: ErrorCode | null
  /** Whether any etcd answered, be it with a refusal. */
  isAnswered: boolean
}

export interface ObserveOptions {
  policy: AddressPolicy
  signal: AbortSignal
}

/**
 * Looks at a cluster as lightly as can be, for a schedule over thousands of them: one list of its members, and one question to
 * each. Nothing found on the way is thrown.
 *
 * @throws AppError `dependency-unavailable` when this process was too busy to tell who is down; the signal's reason when it is aborted
 */
export function observeCluster(_access: ObservedAccess, { signal }: ObserveOptions): Promise<Observation> {
  signal.throwIfAborted()
  return Promise.reject(new AppError('dependency-unavailable', 'No look has come about'))
}
