import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addressEnvironment, appEnvironment } from '#scripts/app/app-environment.ts'
import { buildIfStale, inheritedEnvironment } from '#scripts/app/build.ts'
import { startWeb } from '#scripts/app/web.ts'
import { startWorker } from '#scripts/app/worker.ts'
import type { Child, Environment } from '#scripts/process/child.ts'
import { getFreePort } from '#scripts/process/free-port.ts'
import { openOwnedRun } from '#scripts/process/owned-run.ts'
import { generateSecrets } from '#scripts/secrets.ts'
import type { DatabaseUrls } from '#scripts/servers/roles.ts'
import { createDatabase, createRedisUrl } from './servers.ts'

export type AppOptions = {
  /** A database of its own when not given. */
  databaseUrls?: DatabaseUrls
  /** A Redis database of its own when not given. */
  redisUrl?: string
  /** Settings of lib/config.ts that differ from the defaults. */
  env?: Record<string, string>
  /** Only the web part when false. */
  withWorker?: boolean
}

/** The built product, running. `env` is what web and worker were started with; `logs` gives what they have written. */
export type RunningApp = AsyncDisposable & {
  url: string
  env: Environment
  databaseUrls: DatabaseUrls
  redisUrl: string
  pids: { web: number; worker: number | undefined }
  logs: () => { web: string; worker: string }
  stop: () => Promise<void>
}

/** Builds the web part when its sources changed since it was built last. */
export async function buildApp(): Promise<void> {
  using run = openOwnedRun('test-build')
  await buildIfStale(run.record)
}

/** Starts the built web part (building it when its sources changed) and a worker; resolves when both are ready. */
export async function startApp(options: AppOptions = {}): Promise<RunningApp> {
  const run = openOwnedRun('test-app')
  const children: Child[] = []
  const stop = async () => {
    await Promise.all(children.map((child) => child.stop('SIGTERM', child.name === 'worker' ? 25_000 : 5000)))
    run[Symbol.dispose]()
  }
  const logFiles = { web: join(run.folder, 'web.log'), worker: join(run.folder, 'worker.log') }
  const databaseUrls = options.databaseUrls ?? (await createDatabase()).urls
  const redisUrl = options.redisUrl ?? (await createRedisUrl())
  const port = await getFreePort()
  const url = `http://localhost:${port}`
  const env = {
    ...inheritedEnvironment(),
    ...appEnvironment({ databaseUrls, redisUrl }, generateSecrets()),
    ...addressEnvironment(port, url),
    ...options.env,
  }
  try {
    await buildApp()
    const starting = [startWeb({ port, host: '127.0.0.1', env, logFile: logFiles.web, mode: 'start' }, run.record)]
    if (options.withWorker !== false) starting.push(startWorker({ env, logFile: logFiles.worker }, run.record))
    children.push(...(await Promise.all(starting)))
  } catch (error) {
    const logs = readLogs(logFiles)
    run[Symbol.dispose]()
    throw new Error(`the product did not start\n${logs.web}\n${logs.worker}`, { cause: error })
  }
  const pidOf = (name: string) => children.find((child) => child.name === name)?.pid
  return {
    url,
    env,
    databaseUrls,
    redisUrl,
    pids: { web: pidOf('web') ?? 0, worker: pidOf('worker') },
    logs: () => readLogs(logFiles),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function readLogs(files: { web: string; worker: string }): { web: string; worker: string } {
  const read = (file: string) => {
    try {
      return readFileSync(file, 'utf8')
    } catch {
      return ''
    }
  }
  return { web: read(files.web), worker: read(files.worker) }
}
