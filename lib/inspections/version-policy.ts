/** What is known of one minor version of etcd. */
export interface BranchPolicy {
  /** `3.5` */
  readonly branch: string
  /** First patch without known loss or divergence of data, stale reads, or calls that skip authentication. */
  readonly safeFrom: string
  /** First patch with the newest security fix of the branch. */
  readonly secureFrom: string
  /** From this day on the branch gets no fixes; null while it does. */
  readonly endedOn: string | null
}

/**
 * Oldest first. Taken in 2026 from etcd's CHANGELOG files and security advisories: `safeFrom` is CVE-2026-33413, CVE-2026-33343
 * and stale linearizable reads (etcd-io/etcd 20418), `secureFrom` is CVE-2026-73499 and CVE-2026-73500.
 */
export const versionPolicy: readonly BranchPolicy[] = [
  { branch: '3.4', safeFrom: '3.4.42', secureFrom: '3.4.44', endedOn: '2026-06-01' },
  { branch: '3.5', safeFrom: '3.5.28', secureFrom: '3.5.33', endedOn: null },
  { branch: '3.6', safeFrom: '3.6.9', secureFrom: '3.6.14', endedOn: null },
  { branch: '3.7', safeFrom: '3.7.0', secureFrom: '3.7.1', endedOn: null },
]
