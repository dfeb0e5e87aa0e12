import type { GivenCertificates } from './cluster-tls.ts'
import type { ProcessWalls } from './process-walls.ts'
import type { ResourceLimits } from './resource-watch.ts'
import type { EtcdUser } from './set-up-users.ts'

export interface EtcdOptions extends ResourceLimits {
  /** A minor (`3.5`, then the newest patch there is) or an exact version (`3.5.16`). */
  readonly version: string
  /** Holds the members' data, logs, certificates and what is needed to know them again; made when missing. */
  readonly dataDir: string
  /** 1 by default, at most 7. */
  readonly members?: number | undefined
  /** An IP address of this machine; 127.0.0.1 by default. */
  readonly listenHost?: string | undefined
  /** Plain by default; `server` encrypts, `mutual` also asks clients for a certificate. Members always show each other one. */
  readonly tls?: 'server' | 'mutual' | false | undefined
  /** With `tls`, instead of those that are made. */
  readonly certificates?: GivenCertificates | undefined
  /** Switches authentication on, at the first start. */
  readonly users?: readonly EtcdUser[] | undefined
  /** etcd's own limit of a member's database, beyond which it raises NOSPACE; etcd's default is 2 GiB. */
  readonly quotaBytes?: number | undefined
  /** For all members together, without the mapped database file; the cluster is stopped beyond it. */
  readonly memoryMaxBytes?: number | undefined
  /** For the folder with everything in it; the cluster is stopped beyond it. An empty member takes 64 MiB, and twice that once it has written as much. */
  readonly diskMaxBytes?: number | undefined
  /** More words for etcd, last. */
  readonly extraArgs?: readonly string[] | undefined
  /** Whether the folder stays when the cluster is stopped. By default it goes, if it was missing or empty before. */
  readonly keepsData?: boolean | undefined
  /** For tests: data is lost when the machine crashes, passwords are hashed cheaply. */
  readonly isThrowaway?: boolean | undefined
  /** Linux: members are killed by the kernel when this process ends, instead of waiting for the next owner. */
  readonly endsWithParent?: boolean | undefined
  /** For each member. */
  readonly walls?: ProcessWalls | undefined
}
