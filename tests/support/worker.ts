import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { inheritedEnvironment } from '#scripts/app/build.ts'
import { rootDir } from '#scripts/paths.ts'

export interface WorkerProcess extends AsyncDisposable {
  pid: number
  /** Everything it has logged. */
  output(): string
  /** Resolves with the exit code, null after a signal. */
  exited: Promise<number | null>
  signal(name: NodeJS.Signals): void
}

/** Starts a real worker; resolves when it takes work, and rejects with what it said when it ends instead. */
export async function startWorkerProcess(env: Record<string, string>): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [join(rootDir, 'workers', 'main.ts')], {
    cwd: rootDir,
    env: { ...inheritedEnvironment(), NODE_ENV: 'production', ...env, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const ready = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => {
      output += piece
      if (output.includes('"worker ready"')) ready.resolve()
    })
  }
  await Promise.race([
    ready.promise,
    exited.then((code) => {
      throw new Error(`the worker ended with ${code}: ${output}`)
    }),
  ])
  return {
    pid: child.pid ?? 0,
    output: () => output,
    exited,
    signal: (name) => child.kill(name),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
