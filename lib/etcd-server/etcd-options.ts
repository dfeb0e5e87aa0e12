export interface EtcdOptions {
  /** A minor (`3.5`, then the newest patch there is) or an exact version (`3.5.16`). */
  readonly version: string
  /** Holds the members' data, logs, certificates and what is needed to know them again; made when missing. */
  readonly dataDir: string
  /** 1 by default, at most 7. */
  readonly members?: number | undefined
  /** An IP address of this machine; 127.0.0.1 by default. */
  readonly listenHost?: string | undefined
  /** etcd's own limit of a member's database, beyond which it raises NOSPACE; etcd's default is 2 GiB. */
  readonly quotaBytes?: number | undefined
  /** More words for etcd, last. */
  readonly extraArgs?: readonly string[] | undefined
  /** Whether the folder stays when the cluster is stopped. By default it goes, if it was missing or empty before. */
  readonly keepsData?: boolean | undefined
  /** For tests: data is lost when the machine crashes, passwords are hashed cheaply. */
  readonly isThrowaway?: boolean | undefined
  /** Linux: members are killed by the kernel when this process ends, instead of waiting for the next owner. */
  readonly endsWithParent?: boolean | undefined
}
