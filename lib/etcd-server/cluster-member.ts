import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '#lib/errors.ts'
import type { OwnEndpoint } from '#lib/net/own-endpoint.ts'
import { isAlive, signalProcess } from '#lib/process-mark.ts'
import { secondMs } from '#lib/time.ts'
import type { MemberRecord } from './cluster-record.ts'
import type { MemberCommand } from './member-process.ts'
import { endProcess, isRunningAs, MemberStartFailure, spawnMember, waitUntilServing } from './member-process.ts'

export interface EtcdMember {
  readonly name: string
  /** As `http://127.0.0.1:42379`, which etcd also advertises. */
  readonly clientUrl: string
  readonly peerUrl: string
  readonly endpoint: OwnEndpoint
  readonly peerEndpoint: OwnEndpoint
  /** Of the process last started. */
  readonly pid: number
  readonly isRunning: boolean
  /** What the process last started says; what the one before said is beside it as `.old`. */
  readonly logFile: string
  /** Sends a signal, also SIGSTOP and SIGCONT; one that has ended is no error. */
  kill(signal: NodeJS.Signals): void
  /** Ends the process (SIGTERM, after 10 s SIGKILL) and keeps its data. */
  stop(): Promise<void>
  /**
   * Starts it on its data and ports, ending it first where it still runs. Resolves when it serves, which takes a quorum:
   * when most members are down, restart them together. Throws `etcd-start-failed`, at the latest after a minute.
   */
  restart(): Promise<void>
}

/** What a member is made of. `save` writes `record` down after each change. */
export interface MemberParts extends Pick<EtcdMember, 'clientUrl' | 'peerUrl' | 'endpoint' | 'peerEndpoint'> {
  readonly record: MemberRecord
  readonly command: MemberCommand
  readonly save: () => void
}

export const startTimeoutMs = 60 * secondMs
const graceMs = 10 * secondMs
const portRetryMs = 250

export class ClusterMember implements EtcdMember {
  readonly clientUrl: string
  readonly peerUrl: string
  readonly endpoint: OwnEndpoint
  readonly peerEndpoint: OwnEndpoint
  readonly #parts: MemberParts
  #isAdopted = false

  constructor(parts: MemberParts) {
    this.#parts = parts
    this.clientUrl = parts.clientUrl
    this.peerUrl = parts.peerUrl
    this.endpoint = parts.endpoint
    this.peerEndpoint = parts.peerEndpoint
  }

  get name(): string {
    return this.#parts.record.name
  }

  get logFile(): string {
    return this.#parts.command.logFile
  }

  get pid(): number {
    return this.#parts.record.process?.pid ?? 0
  }

  get isRunning(): boolean {
    const mark = this.#parts.record.process
    return mark !== undefined && isAlive(mark)
  }

  /** Starts the process, unless one of an earlier owner runs as this one would; one that runs otherwise is ended first. */
  async startOrAdopt(): Promise<void> {
    this.#isAdopted = isRunningAs(this.#parts.record.process, this.#parts.command)
    if (!this.#isAdopted) await this.#spawn()
  }

  /** Throws `etcd-start-failed`. One that was adopted has served before, and its log may have been cut since. */
  async waitUntilServing(signal: AbortSignal): Promise<void> {
    const mark = this.#parts.record.process
    try {
      if (mark && !this.#isAdopted) await waitUntilServing(mark, this.logFile, signal)
    } catch (error) {
      throw this.#startFailed(error)
    }
  }

  kill(signal: NodeJS.Signals): void {
    if (this.isRunning) signalProcess(this.pid, signal)
  }

  async stop(): Promise<void> {
    await this.end(graceMs)
  }

  /** As `stop`, with another grace; at once with 0. */
  async end(withinMs: number): Promise<void> {
    const mark = this.#parts.record.process
    if (mark) await endProcess(mark, withinMs)
  }

  async restart(): Promise<void> {
    const deadline = AbortSignal.timeout(startTimeoutMs)
    await this.stop()
    for (;;) {
      try {
        await this.#spawn()
        return await this.waitUntilServing(deadline)
      } catch (error) {
        // Its ports are the cluster's knowledge and cannot change; a passing connection may hold one for a moment.
        if (!isPortTaken(error) || deadline.aborted) throw error
        await sleep(portRetryMs)
      }
    }
  }

  async #spawn(): Promise<void> {
    const { record, command, save } = this.#parts
    await this.end(graceMs)
    this.#isAdopted = false
    mkdirSync(dirname(command.logFile), { recursive: true, mode: 0o700 })
    try {
      record.process = await spawnMember(command)
    } catch (error) {
      throw this.#startFailed(error)
    }
    save()
  }

  #startFailed(cause: unknown): AppError {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `etcd ${this.name} (${this.clientUrl}, peers ${this.peerUrl}) did not come up: ${reason}`
    return new AppError('etcd-start-failed', message, { cause, details: { member: this.name } })
  }
}

/** Whether a member did not come up because somebody else listens on one of its ports. */
export function isPortTaken(error: unknown): boolean {
  return error instanceof AppError && error.cause instanceof MemberStartFailure && error.cause.isPortTaken
}
