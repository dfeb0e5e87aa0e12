import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import type { ProcessMark } from '#lib/process-mark.ts'
import { findProcess } from '#lib/process-mark.ts'
import type { ProcessWalls } from './process-walls.ts'
import { wallsPrefix } from './process-walls.ts'

export interface ToolCommand {
  readonly program: string
  readonly args: readonly string[]
  readonly walls?: ProcessWalls | undefined
  /** Soft limit of its heap; Go collects harder as it comes near. */
  readonly goMemoryLimitBytes?: number | undefined
}

export interface ToolRun {
  readonly signal: AbortSignal
  /** Hears of the process as soon as there is one. */
  readonly onStarted?: ((mark: ProcessMark) => void) | undefined
}

export interface ToolOutcome {
  readonly isDone: boolean
  /** The end of what it said, on both its outputs. */
  readonly said: string
}

const saidMax = 16 * 1024

/**
 * Runs a program to its end, without a shell and in an environment of its own; it is killed when `signal` is aborted, and by
 * the kernel when this process ends.
 *
 * @throws the signal's reason, after the program is gone
 */
export async function runTool(command: ToolCommand, { signal, onStarted }: ToolRun): Promise<ToolOutcome> {
  signal.throwIfAborted()
  const { walls, goMemoryLimitBytes } = command
  const [program = '', ...args] = [...wallsPrefix({ endsWithParent: true, walls }), command.program, ...command.args]
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    env: {
      NODE_ENV: 'production',
      PATH: '/usr/bin:/bin',
      ETCDCTL_API: '3',
      ...(goMemoryLimitBytes ? { GOMEMLIMIT: String(goMemoryLimitBytes) } : {}),
    },
  })
  const ended = once(child, 'close')
  const kill = () => child.kill('SIGKILL')
  signal.addEventListener('abort', kill, { once: true })
  try {
    const [out, err] = [keepEnd(child.stdout), keepEnd(child.stderr)]
    const mark = findProcess(child.pid ?? 0)
    if (mark) onStarted?.(mark)
    const [code, killedBy] = await ended
    signal.throwIfAborted()
    return { isDone: code === 0, said: `${out()}${err()}${killedBy ? `\nended by ${killedBy}` : ''}`.trim() }
  } finally {
    signal.removeEventListener('abort', kill)
    if (child.exitCode === null && child.signalCode === null) kill()
  }
}

function keepEnd(stream: Readable): () => string {
  let kept = ''
  stream.setEncoding('utf8').on('data', (piece: string) => {
    kept = `${kept}${piece}`.slice(-saidMax)
  })
  return () => kept
}
