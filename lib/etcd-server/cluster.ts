import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeOwnEndpoint } from '#lib/net/make-own-endpoint.ts'
import { secondMs } from '#lib/time.ts'
import { ClusterMember, startTimeoutMs } from './cluster-member.ts'
import type { ClusterRecord, MemberRecord } from './cluster-record.ts'
import { writeClusterRecord } from './cluster-record.ts'
import type { ClientTls } from './cluster-tls.ts'
import type { EtcdOptions } from './etcd-options.ts'
import type { EtcdBinaries } from './find-binaries.ts'
import { memberArguments, memberUrl, reachableAddress } from './member-arguments.ts'
import { boundMemberLog } from './member-log.ts'
import { watchResources } from './resource-watch.ts'
import type { RunningEtcd } from './running-etcd.ts'

/** Where a cluster runs and what for. */
export interface ClusterSite {
  readonly options: EtcdOptions
  readonly binaries: EtcdBinaries
  readonly dataDir: string
  readonly tls: ClientTls | undefined
  /** Lets go of the folder. */
  readonly release: () => void
}

export const stopGraceMs = 10 * secondMs

export class Cluster implements RunningEtcd {
  readonly members: readonly ClusterMember[]
  readonly #site: ClusterSite
  readonly #record: ClusterRecord
  readonly #failure = new AbortController()
  #endWatch: () => void = () => undefined
  #stopped: Promise<void> | undefined

  constructor(site: ClusterSite, record: ClusterRecord) {
    this.#site = site
    this.#record = record
    this.members = record.members.map((member) => this.#memberOf(member))
  }

  get version(): string {
    return this.#site.binaries.version
  }

  get binaries(): EtcdBinaries {
    return this.#site.binaries
  }

  get dataDir(): string {
    return this.#site.dataDir
  }

  get tls(): ClientTls | undefined {
    return this.#site.tls
  }

  get failure(): AbortSignal {
    return this.#failure.signal
  }

  /**
   * Starts what does not run yet, waits until all members serve, and has `prepare` make a new cluster ready. Waits for a
   * minute, unless told by `signal`. Throws `etcd-start-failed`.
   */
  async start(
    prepare: () => Promise<void> = () => Promise.resolve(),
    signal: AbortSignal = AbortSignal.timeout(startTimeoutMs),
  ): Promise<void> {
    await Promise.all(this.members.map((member) => member.startOrAdopt()))
    await Promise.all(this.members.map((member) => member.waitUntilServing(signal)))
    await prepare()
    this.#record.state = 'ready'
    this.#save()
    this.#watch()
  }

  /**
   * Ends the processes and nothing else. With a grace one after the other: a leader hands over at once to a member that is
   * there, and waits seven seconds for one that ends at the same time.
   */
  async endMembers(graceMs: number): Promise<void> {
    this.#endWatch()
    if (graceMs > 0) for (const member of this.members) await member.end(graceMs)
    else await Promise.all(this.members.map((member) => member.end(0)))
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #stop(): Promise<void> {
    // Nothing is gained by an orderly end of data that goes with it, and handing over leadership takes its time.
    const graceMs = this.#record.removesData ? 0 : stopGraceMs
    await this.endMembers(graceMs)
    if (this.#record.removesData) await rm(this.#site.dataDir, { recursive: true, force: true })
    else this.#site.release()
  }

  #watch(): void {
    const { dataDir, options } = this.#site
    const running = () => this.members.filter((member) => member.isRunning)
    this.#endWatch = watchResources({ dataDir, pids: () => running().map((member) => member.pid) }, options, {
      onExceeded: (error) => {
        for (const member of running()) member.kill('SIGKILL')
        this.#failure.abort(error)
      },
      also: async () => {
        await Promise.all(this.members.map((member) => boundMemberLog(member.logFile)))
      },
    })
  }

  #save(): void {
    writeClusterRecord(this.#site.dataDir, this.#record)
  }

  #memberOf(member: MemberRecord): ClusterMember {
    const { options, binaries, dataDir } = this.#site
    const folder = join(dataDir, member.name)
    const address = reachableAddress(this.#record.listenHost)
    const { quotaBytes, extraArgs = [], isThrowaway = false, memoryMaxBytes } = options
    const goMemoryLimitBytes = memoryMaxBytes && Math.floor((memoryMaxBytes * 0.9) / this.#record.members.length)
    const settings = { folder, quotaBytes, isThrowaway, extraArgs, tlsPaths: this.tls?.paths }
    return new ClusterMember({
      record: member,
      clientUrl: memberUrl(this.#record, address, member.clientPort),
      peerUrl: memberUrl(this.#record, address, member.peerPort),
      endpoint: makeOwnEndpoint({ address, port: member.clientPort }),
      peerEndpoint: makeOwnEndpoint({ address, port: member.peerPort }),
      save: () => this.#save(),
      command: {
        program: binaries.etcd,
        args: memberArguments(this.#record, member, settings),
        logFile: join(folder, 'etcd.log'),
        goMemoryLimitBytes,
        endsWithParent: options.endsWithParent ?? false,
        walls: options.walls,
      },
    })
  }
}
