import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { getFreePort } from '#scripts/process/free-port.ts'
import { ensureRedisProgram } from '#scripts/servers/redis-install.ts'

export interface OwnRedis extends AsyncDisposable {
  url: string
  /** Ends it as a crash would; it keeps nothing. */
  kill(): Promise<void>
  /** Stops it in the middle of whatever it does: it still accepts connections and answers nothing. */
  hang(): void
  wake(): void
  /** Starts it again on the same port, empty. */
  start(): Promise<void>
}

/** A Redis that a test may kill. */
export async function startOwnRedis(...options: string[]): Promise<OwnRedis> {
  const program = await ensureRedisProgram()
  const port = await getFreePort()
  let child: ChildProcess | undefined
  const start = async () => {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...options]
    child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    for await (const piece of child.stdout ?? []) if (String(piece).includes('Ready to accept')) break
    child.stdout?.resume()
  }
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const hang = () => void child?.kill('SIGSTOP')
  const wake = () => void child?.kill('SIGCONT')
  await start()
  return { url: `redis://127.0.0.1:${port}`, start, kill, hang, wake, [Symbol.asyncDispose]: kill }
}
