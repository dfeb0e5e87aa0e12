import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process, told apart from a later one with the same pid by the time the kernel started it. */
export type ProcessMark = { pid: number; startedAt: string }

/** The mark of a living process; undefined when there is none, or only one that has ended and waits to be reaped. */
export function findProcess(pid: number): ProcessMark | undefined {
  const startedAt = process.platform === 'linux' ? startTimeFromProc(pid) : startTimeFromPs(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

export function isAlive(mark: ProcessMark): boolean {
  return findProcess(mark.pid)?.startedAt === mark.startedAt
}

/** The words a living process was started with, joined by spaces; empty when there is none. */
export function commandLineOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-o', 'args=', '-ww', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

/** Sends a signal to the process group a child leads; a group that has ended is no error. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  signalIfThere(-pid, signal)
}

/** Sends a signal to one process; one that has ended is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  signalIfThere(pid, signal)
}

function signalIfThere(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal)
  } catch (error) {
    // macOS answers EPERM instead of ESRCH for a group of which only zombies are left.
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error
  }
}

function startTimeFromProc(pid: number): string | undefined {
  try {
    // proc(5): the name in parentheses may hold spaces; behind it, state is the first field and starttime the twentieth.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? []
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function startTimeFromPs(pid: number): string | undefined {
  try {
    const [state = '', ...started] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
    })
      .trim()
      .split(/\s+/)
    return state === '' || state.startsWith('Z') ? undefined : started.join(' ')
  } catch {
    return undefined
  }
}
