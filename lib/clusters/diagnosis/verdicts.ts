import type { FindingCode, Verdict } from '#lib/contracts/diagnosis.ts'

/**
 * What each finding means for the cluster. `fail` is what has to be mended before we can look at it, or what endangers it now;
 * `warn` is what works, but not all of it or not for long.
 */
export const verdictOf = {
  'address-allowed': 'pass',
  'address-named': 'pass',
  'address-denied': 'fail',
  'address-malformed': 'fail',

  'name-resolved': 'pass',
  'name-is-address': 'pass',
  'name-unknown': 'fail',
  'name-lookup-failed': 'fail',

  connected: 'pass',
  'connection-refused': 'fail',
  'connection-timed-out': 'fail',
  'connection-reset': 'fail',
  'host-unreachable': 'fail',

  'tls-off': 'warn',
  'tls-trusted': 'pass',
  'tls-expires-soon': 'warn',
  'tls-plaintext-server': 'fail',
  'tls-required': 'fail',
  'tls-expired': 'fail',
  'tls-not-yet-valid': 'fail',
  'tls-unknown-ca': 'fail',
  'tls-wrong-name': 'fail',
  'tls-client-certificate-required': 'fail',
  'tls-client-certificate-refused': 'fail',
  'tls-key-mismatch': 'fail',
  'tls-material-unreadable': 'fail',
  'tls-client-certificate-expired': 'fail',
  'tls-timed-out': 'fail',
  'tls-failed': 'fail',

  'etcd-answers': 'pass',
  'etcd-no-leader': 'fail',
  'etcd-v2-only': 'fail',
  'etcd-not-etcd': 'fail',
  'etcd-proxy-in-front': 'warn',
  'etcd-timed-out': 'fail',
  'etcd-failed': 'fail',
  'etcd-alarm': 'warn',

  'auth-off': 'warn',
  'auth-passed': 'pass',
  'auth-passed-by-certificate': 'pass',
  'auth-wrong-password': 'fail',
  'auth-credentials-not-needed': 'warn',
  'auth-credentials-missing': 'fail',
  'auth-root-wrong-password': 'fail',
  'auth-failed': 'unknown',

  'rights-all': 'pass',
  'rights-limited': 'warn',
  'rights-none': 'fail',
  'rights-not-told': 'unknown',
  'rights-no-root': 'warn',
  'rights-root-lacks-role': 'warn',

  'members-reachable': 'pass',
  'member-not-reachable': 'warn',
  'members-of-two-clusters': 'fail',
  'member-address-not-usable': 'warn',
  'members-not-listed': 'unknown',

  'quorum-held': 'pass',
  'quorum-at-risk': 'warn',
  'quorum-lost': 'fail',
  'quorum-no-leader': 'fail',
  'quorum-not-told': 'unknown',

  'metrics-read': 'pass',
  'metrics-refused': 'warn',
  'metrics-not-found': 'warn',

  'not-reached': 'unknown',
} as const satisfies Record<FindingCode, Verdict>

const worstFirst = ['fail', 'unknown', 'warn', 'pass'] as const satisfies readonly Verdict[]

/** The worst of several; nothing looked at is `unknown`. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return worstFirst.find((verdict) => verdicts.includes(verdict)) ?? 'unknown'
}
