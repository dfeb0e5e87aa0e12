import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { addressEnvironment } from '#scripts/app/app-environment.ts'
import { inheritedEnvironment } from '#scripts/app/build.ts'
import { rootDir } from '#scripts/paths.ts'
import { getFreePort } from '#scripts/process/free-port.ts'

export interface WebProcess extends AsyncDisposable {
  url: string
  /** Resolves when it has ended: with the exit code, null after a signal. */
  exited: Promise<number | null>
}

const readyMaxMs = 60_000

/** Starts the built web part as a process that a test may lose; call `buildApp` first. Resolves when it answers. */
export async function startWebProcess(env: Record<string, string>): Promise<WebProcess> {
  const port = await getFreePort()
  const url = `http://localhost:${port}`
  const child = spawn(process.execPath, [join(rootDir, 'scripts', 'web.ts'), '--host', '127.0.0.1'], {
    cwd: rootDir,
    env: {
      ...inheritedEnvironment(),
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      ...env,
      ...addressEnvironment(port, url),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => {
      output += piece
    })
  }
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const deadline = Date.now() + readyMaxMs
  while (!(await isAlive(url))) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`the web process did not start: ${output}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    url,
    exited,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function isAlive(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) })).ok
  } catch {
    return false
  }
}
