import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { inheritedEnvironment } from '#scripts/app/build.ts'
import { workerArguments } from '#scripts/app/worker.ts'
import { rootDir } from '#scripts/paths.ts'

export interface WorkerProcess extends AsyncDisposable {
  pid: number
  /** Everything it has logged. */
  output(): string
  /** Resolves with the exit code, null after a signal. */
  exited: Promise<number | null>
  signal(name: NodeJS.Signals): void
}

/** The same engine as is shipped, with the kinds of `test-kinds.ts` besides. */
const withTestKinds = [join(rootDir, 'tests', 'support', 'test-worker.ts')]

/** Starts a real worker; resolves when it takes work, and rejects with what it said when it ends instead. */
export function startWorkerProcess(env: Record<string, string>): Promise<WorkerProcess> {
  return untilReady(spawnWorker(workerArguments, env))
}

/** The same for one that also knows the test kinds. */
export function startTestWorker(env: Record<string, string>): Promise<WorkerProcess> {
  return untilReady(spawnWorker(withTestKinds, env))
}

/** One that knows the test kinds and may end before it is ready. */
export function spawnTestWorker(env: Record<string, string>): WorkerProcess {
  return spawnWorker(withTestKinds, env)
}

async function untilReady(worker: WorkerProcess): Promise<WorkerProcess> {
  const ended = worker.exited.then((code) => {
    throw new Error(`the worker ended with ${code}: ${worker.output()}`)
  })
  ended.catch(() => undefined)
  while (!worker.output().includes('"worker ready"')) {
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 20))])
  }
  return worker
}

function spawnWorker(program: readonly string[], env: Record<string, string>): WorkerProcess {
  const child = spawn(process.execPath, [...program], {
    cwd: rootDir,
    env: { ...inheritedEnvironment(), NODE_ENV: 'production', ...env, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => {
      output += piece
    })
  }
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
