import type { EtcdMember } from './cluster-member.ts'
import type { ClientTls } from './cluster-tls.ts'
import type { EtcdBinaries } from './find-binaries.ts'

/** A cluster of our own, from the moment all its members serve. */
export interface RunningEtcd extends AsyncDisposable {
  readonly version: string
  readonly binaries: EtcdBinaries
  readonly dataDir: string
  readonly members: readonly EtcdMember[]
  readonly tls: ClientTls | undefined
  /** Aborted, with the AppError `etcd-limit-exceeded` as its reason, when the cluster was stopped for taking too much. */
  readonly failure: AbortSignal
  /** Ends all members and releases the folder, which is removed if it is ours to remove. */
  stop(): Promise<void>
}
