import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessMark } from '#lib/process-mark.ts'
import { commandLineOf, findProcess, isAlive, signalProcess } from '#lib/process-mark.ts'
import { digestOf, openMemberLog, readMemberLog } from './member-log.ts'
import type { ProcessWalls } from './process-walls.ts'
import { wallsPrefix } from './process-walls.ts'

/** How one member is started, the same way each time. */
export interface MemberCommand {
  readonly program: string
  readonly args: readonly string[]
  readonly logFile: string
  /** Soft limit of its heap; Go collects harder as it comes near. */
  readonly goMemoryLimitBytes?: number | undefined
  /** Linux: the kernel kills it when the process that started it ends. */
  readonly endsWithParent: boolean
  readonly walls?: ProcessWalls | undefined
}

/** Why a member does not serve; `isPortTaken` when other ports would help. */
export class MemberStartFailure extends Error {
  readonly isPortTaken: boolean

  constructor(reason: string, log: string) {
    super(`${reason}; its log:\n${digestOf(log)}`)
    this.name = 'MemberStartFailure'
    this.isPortTaken = log.includes('address already in use')
  }
}

const pollMs = 40
// Both 3.4 and 3.5 write it once the member is known to a cluster that has a leader.
const servingMessage = '"msg":"serving client traffic'

/** Starts a member, which from then on lives on its own: it writes its log itself and survives this process. */
export async function spawnMember(command: MemberCommand): Promise<ProcessMark> {
  const log = openMemberLog(command.logFile)
  try {
    const [program = '', ...args] = [...wallsPrefix(command), command.program, ...command.args]
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      cwd: '/',
      // etcd takes every ETCD_… of its environment for a flag, so it gets an environment of its own.
      env: {
        NODE_ENV: 'production',
        PATH: '/usr/bin:/bin',
        ...(command.goMemoryLimitBytes ? { GOMEMLIMIT: String(command.goMemoryLimitBytes) } : {}),
      },
    })
    child.unref()
    await once(child, 'spawn')
    const pid = child.pid ?? 0
    return findProcess(pid) ?? { pid, startedAt: 'ended already' }
  } finally {
    log.close()
  }
}

/** Whether that process lives and was started by this very command; a stranger with the same pid was not. */
export function isRunningAs(mark: ProcessMark | undefined, command: MemberCommand): boolean {
  return (
    mark !== undefined &&
    isAlive(mark) &&
    commandLineOf(mark.pid).trim() === [command.program, ...command.args].join(' ')
  )
}

/**
 * Waits until the member serves clients, which it does once its cluster has a leader.
 *
 * @throws MemberStartFailure when it ends before that, or `signal` is aborted first
 */
export async function waitUntilServing(mark: ProcessMark, logFile: string, signal: AbortSignal): Promise<void> {
  while (!readMemberLog(logFile).includes(servingMessage)) {
    if (!isAlive(mark)) throw new MemberStartFailure('etcd ended before it served', readMemberLog(logFile))
    if (signal.aborted) throw new MemberStartFailure('etcd does not serve in time', readMemberLog(logFile))
    await sleep(pollMs)
  }
}

/** Ends a process: SIGTERM, and SIGKILL when it still lives after `graceMs`; at once with 0. Resolves when it is gone. */
export async function endProcess(mark: ProcessMark, graceMs: number): Promise<void> {
  if (!isAlive(mark)) return
  if (graceMs > 0) {
    signalProcess(mark.pid, 'SIGTERM')
    // One that was stopped in the middle of things hears of it only when it goes on.
    signalProcess(mark.pid, 'SIGCONT')
    const deadline = Date.now() + graceMs
    while (Date.now() < deadline && isAlive(mark)) await sleep(pollMs)
  }
  if (isAlive(mark)) signalProcess(mark.pid, 'SIGKILL')
  while (isAlive(mark)) await sleep(pollMs)
}
