import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { signalGroup, signalProcess } from '#lib/process-mark.ts'
import { StepError } from '#scripts/step-error.ts'
import { waitUntil } from '#scripts/wait-until.ts'
import type { RunRecordFile } from './run-record.ts'

export type Environment = NodeJS.ProcessEnv

export type Program = {
  name: string
  command: string
  args: string[]
  env: Environment
  cwd: string
  logFile: string
  uid?: number
  gid?: number
}

export type Exit = { code: number | null; signal: NodeJS.Signals | null }

export type Child = {
  name: string
  pid: number
  logFile: string
  /** Resolves when the process has ended, however it ended. */
  exited: Promise<Exit>
  isRunning: () => boolean
  /** Sends the signal, waits `graceMs`, then kills its whole process group. */
  stop: (signal: NodeJS.Signals, graceMs: number) => Promise<void>
}

/**
 * Starts a program as the leader of its own process group, so that a Ctrl-C in the terminal reaches only the supervisor,
 * which stops the programs in order. Output goes straight to the log file: the program outlives a killed supervisor unharmed.
 */
export async function startChild(program: Program, record: RunRecordFile): Promise<Child> {
  const log = openSync(program.logFile, 'a', 0o600)
  const spawned = spawn(program.command, program.args, {
    cwd: program.cwd,
    env: program.env,
    detached: true,
    stdio: ['ignore', log, log],
    ...(program.uid === undefined ? {} : { uid: program.uid }),
    ...(program.gid === undefined ? {} : { gid: program.gid }),
  })
  closeSync(log)
  const exited = new Promise<Exit>((resolve) => spawned.once('exit', (code, signal) => resolve({ code, signal })))
  await new Promise((resolve, reject) => spawned.once('spawn', () => resolve(undefined)).once('error', reject))
  const { pid } = spawned
  if (pid === undefined) throw new Error(`${program.name} has no pid`)
  record.addChild(program.name, pid)
  const isRunning = () => spawned.exitCode === null && spawned.signalCode === null
  const settled = exited.then((exit) => {
    signalGroup(pid, 'SIGKILL')
    record.removeChild(program.name)
    return exit
  })
  return {
    name: program.name,
    pid,
    logFile: program.logFile,
    exited: settled,
    isRunning,
    stop: async (signal, graceMs) => {
      if (isRunning()) signalProcess(pid, signal)
      const force = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs)
      await settled
      clearTimeout(force)
    },
  }
}

/** The last lines of a log, for an error message. */
export function tailOf(logFile: string, lineCount = 20): string {
  if (!existsSync(logFile)) return ''
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lineCount).join('\n')
}

/**
 * Waits until `probe` succeeds. Throws a StepError as soon as the child ends, or when the time is over.
 */
export async function waitForChild(
  child: Child,
  { timeoutMs, probe }: { timeoutMs: number; probe: () => Promise<boolean> | boolean },
): Promise<void> {
  const outcome = await waitUntil(
    async () => {
      if (!child.isRunning()) return 'ended' as const
      return (await probe()) ? ('ready' as const) : undefined
    },
    { timeoutMs },
  )
  if (outcome === 'ready') return
  const what = outcome === 'ended' ? 'ended before it was ready' : `was not ready after ${timeoutMs / 1000} s`
  throw new StepError(`${child.name} ${what}`, { fix: `read ${child.logFile}`, logFile: child.logFile })
}
