import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#lib/errors.ts'
import type { EtcdAccess } from '#lib/etcd/connection.ts'
import { makeAuthority } from './certificates.ts'
import { Cluster } from './cluster.ts'
import { isPortTaken } from './cluster-member.ts'
import type { ClusterRecord } from './cluster-record.ts'
import { writeClusterRecord } from './cluster-record.ts'
import { ensureClusterTls } from './cluster-tls.ts'
import type { EtcdOptions } from './etcd-options.ts'
import type { EtcdBinaries } from './find-binaries.ts'
import { findEtcdBinaries } from './find-binaries.ts'
import { getFreePorts } from './free-ports.ts'
import { memberUrl } from './member-arguments.ts'
import { readMemberLog } from './member-log.ts'
import type { ProcessWalls } from './process-walls.ts'
import { watchResources } from './resource-watch.ts'
import type { RestoreStage } from './restore-failure.ts'
import { explainEnd } from './restore-failure.ts'
import { restoreIntoDataDir } from './restore-snapshot.ts'
import { makeThrowAwayFolder } from './throw-away-folder.ts'
import { checkRoom } from './throw-away-room.ts'

export interface ThrowAwayLimits {
  /** For everything that is written, the restored database included. */
  readonly diskMaxBytes: number
  /** Without the mapped database file. */
  readonly memoryMaxBytes: number
  /** From the call to the end of its use. */
  readonly deadlineMs: number
}

export interface ThrowAwayOptions {
  /** The snapshot, with its checksum at the end, as etcd sends it. It is only read. */
  readonly file: string
  /** Of the server the snapshot is of: `3.5`. */
  readonly minor: string
  /** In which a folder is made that goes with the etcd; what others left there when they were killed goes too. */
  readonly parentDir: string
  readonly limits: ThrowAwayLimits
  readonly signal: AbortSignal
  readonly onStage?: ((stage: RestoreStage) => void) | undefined
}

/** An etcd of one member that holds what a snapshot holds, reachable by nobody but the holder of this object. */
export interface ThrowAwayEtcd extends AsyncDisposable {
  readonly version: string
  /** As `root`, whoever the users of the snapshot are: by a certificate, which etcd takes for a user without a password. */
  readonly access: EtcdAccess
  readonly pid: number
  readonly restoreMs: number
  readonly startMs: number
  /** Aborted when it was ended before its time: by a limit, its deadline, or the caller's signal, whose reason it then has. */
  readonly failure: AbortSignal
  /** What made a call fail: why the etcd was ended or ended by itself, and if it lives, the failure as it is. */
  explain(error: unknown): unknown
}

const ownHost = '127.0.0.1'
const memberName = 'etcd-1'
const portAttemptsMax = 5
/** What a Go program may write to beyond what it uses: arenas of 64 MiB at a time, and the stacks of its threads. */
const goSlackBytes = 192 * 2 ** 20
const goMemoryRatio = 0.9
const niceness = 10
/** It grows as fast as the disk allows, and for seconds only. */
const watchMs = 200
/** More than etcd's default, so that a database that was let grow is not at its limit again. */
const quotaBytesMin = 2 * 2 ** 30

/**
 * Restores a snapshot into an etcd of its own minor and starts it: on loopback, on free ports, with certificates and a
 * cluster token of this one use. Folder and processes are gone when it is disposed of, when this fails, and after a crash of
 * this process with the next call for the same `parentDir`.
 *
 * @throws AppError `etcd-binary-missing`; `snapshot-refused` where etcd finds the file damaged; `disk-space-short`;
 *   `etcd-limit-exceeded`; `restore-timed-out`; `restore-failed`, `etcd-start-failed`; the signal's reason when aborted
 */
export async function openThrowAwayEtcd(options: ThrowAwayOptions): Promise<ThrowAwayEtcd> {
  options.signal.throwIfAborted()
  const { file, parentDir, minor, limits } = options
  const binaries = await findEtcdBinaries(minor)
  const dataDir = await makeThrowAwayFolder(parentDir)
  const etcd = new ThrowAway(options, { binaries, dataDir })
  try {
    await etcd.open(await checkRoom(file, dataDir, limits.diskMaxBytes))
    return etcd
  } catch (error) {
    const reason = etcd.explain(error)
    await etcd[Symbol.asyncDispose]()
    throw reason
  }
}

interface Site {
  readonly binaries: EtcdBinaries
  readonly dataDir: string
}

class ThrowAway implements ThrowAwayEtcd {
  readonly #options: ThrowAwayOptions
  readonly #site: Site
  readonly #life = new AbortController()
  readonly #deadline: NodeJS.Timeout
  #stage: RestoreStage = 'restore'
  #toolPid: number | undefined
  #cluster: Cluster | undefined
  readonly #endWatch: () => void
  restoreMs = 0
  startMs = 0

  constructor(options: ThrowAwayOptions, site: Site) {
    this.#options = options
    this.#site = site
    const { limits, signal } = options
    this.#deadline = setTimeout(() => this.#end(timedOut(limits.deadlineMs)), limits.deadlineMs).unref()
    signal.addEventListener('abort', this.#leave, { once: true })
    const watched = { dataDir: site.dataDir, pids: () => this.#pids(), intervalMs: watchMs }
    this.#endWatch = watchResources(watched, limits, {
      onExceeded: (error) => this.#end(error),
      also: () => Promise.resolve(),
    })
  }

  get version(): string {
    return this.#site.binaries.version
  }

  get failure(): AbortSignal {
    return this.#life.signal
  }

  get pid(): number {
    return this.#cluster?.members[0]?.pid ?? 0
  }

  get access(): EtcdAccess {
    const { members = [], tls } = this.#cluster ?? {}
    return {
      endpoints: members.map(({ endpoint }) => ({ scheme: 'https', destination: endpoint })),
      tls,
      door: { policy: { privateRanges: [], loopback: [] } },
    }
  }

  async open(fileBytes: number): Promise<void> {
    const beganMs = performance.now()
    const record = newRecord(this.version)
    await this.#restore(record)
    this.restoreMs = performance.now() - beganMs
    this.#enter('start')
    await this.#start(record, fileBytes)
    this.startMs = performance.now() - beganMs - this.restoreMs
    this.#enter('read')
  }

  explain(error: unknown): unknown {
    if (this.failure.aborted) return this.failure.reason
    const member = this.#cluster?.members[0]
    if (member === undefined || member.isRunning) return error
    return explainEnd(this.#stage, readMemberLog(member.logFile)) ?? error
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#deadline)
    this.#options.signal.removeEventListener('abort', this.#leave)
    this.#endWatch()
    await this.#cluster?.endMembers(0)
    await rm(this.#site.dataDir, { recursive: true, force: true })
  }

  readonly #leave = () => this.#end(this.#options.signal.reason)

  #end(reason: unknown): void {
    this.#life.abort(reason)
    for (const member of this.#cluster?.members ?? []) member.kill('SIGKILL')
  }

  #enter(stage: RestoreStage): void {
    this.failure.throwIfAborted()
    this.#stage = stage
    this.#options.onStage?.(stage)
  }

  #pids(): number[] {
    const members = this.#cluster?.members.filter(({ isRunning }) => isRunning) ?? []
    return this.#cluster ? members.map(({ pid }) => pid) : [this.#toolPid ?? []].flat()
  }

  /** The tool stands in the record as the member to be, so that whoever clears up after this process finds it. */
  async #restore(record: ClusterRecord): Promise<void> {
    const { dataDir } = this.#site
    const [member] = record.members
    if (!member) return
    writeClusterRecord(dataDir, record)
    this.#enter('restore')
    await restoreIntoDataDir({
      file: this.#options.file,
      minor: this.version,
      dataDir: join(dataDir, member.name, 'data'),
      name: member.name,
      peerUrl: memberUrl(record, ownHost, member.peerPort),
      token: record.token,
      signal: this.failure,
      walls: this.#walls(),
      goMemoryLimitBytes: Math.floor(this.#options.limits.memoryMaxBytes * goMemoryRatio),
      onStarted: (mark) => {
        this.#toolPid = mark.pid
        member.process = mark
        writeClusterRecord(dataDir, record)
      },
    })
    this.#toolPid = undefined
    member.process = undefined
  }

  /** Two servers may be after the same port: then this one asks for others. A lone member's peers never call it. */
  async #start(record: ClusterRecord, fileBytes: number): Promise<void> {
    const authority = await makeAuthority('etcd clients')
    const client = await authority.issue({ name: 'root', usages: ['client'] })
    const certificates = { clientCaPem: authority.certPem, client }
    const tls = await ensureClusterTls(this.#site.dataDir, [ownHost], certificates)
    const options = this.#etcdOptions(fileBytes)
    for (let attempt = 1; ; attempt += 1) {
      await this.#drawPorts(record)
      this.failure.throwIfAborted()
      const cluster = new Cluster({ ...this.#site, options, tls, release: () => undefined }, record)
      this.#cluster = cluster
      cluster.failure.addEventListener('abort', () => this.#end(cluster.failure.reason), { once: true })
      try {
        return await cluster.start(undefined, this.failure)
      } catch (error) {
        await cluster.endMembers(0)
        if (!isPortTaken(error) || attempt === portAttemptsMax) throw error
      }
    }
  }

  async #drawPorts(record: ClusterRecord): Promise<void> {
    const [clientPort = 0, peerPort = 0] = await getFreePorts(ownHost, 2)
    record.members = record.members.map((member) => ({ ...member, clientPort, peerPort }))
  }

  #etcdOptions(fileBytes: number): EtcdOptions {
    const { memoryMaxBytes } = this.#options.limits
    return {
      version: this.version,
      dataDir: this.#site.dataDir,
      memoryMaxBytes,
      quotaBytes: Math.max(quotaBytesMin, 2 * fileBytes),
      // Nobody calls it over JSON.
      extraArgs: ['--enable-grpc-gateway=false'],
      isThrowaway: true,
      endsWithParent: true,
      walls: this.#walls(),
    }
  }

  #walls(): ProcessWalls {
    const { memoryMaxBytes, diskMaxBytes } = this.#options.limits
    return { dataMaxBytes: memoryMaxBytes + goSlackBytes, fileMaxBytes: diskMaxBytes, niceness }
  }
}

function newRecord(version: string): ClusterRecord {
  return {
    version,
    listenHost: ownHost,
    token: randomUUID(),
    tls: 'mutual',
    state: 'starting',
    removesData: true,
    members: [{ name: memberName, clientPort: 0, peerPort: 0 }],
  }
}

function timedOut(deadlineMs: number): AppError {
  return new AppError('restore-timed-out', `A restored etcd was ended: it had ${deadlineMs} ms`, {
    details: { deadlineMs },
  })
}
