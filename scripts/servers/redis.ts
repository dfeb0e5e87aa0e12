import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import type { Child } from '#scripts/process/child.ts'
import { startChild, waitForChild } from '#scripts/process/child.ts'
import { getFreePort } from '#scripts/process/free-port.ts'
import type { RunRecordFile } from '#scripts/process/run-record.ts'
import { messageOf } from '#scripts/step-error.ts'

export type RedisOptions = {
  /** Path or name of redis-server or valkey-server. */
  program: string
  folder: string
  password: string
  logFile: string
  /** For tests: nothing is written to disk, and there are databases enough for every test file to have its own. */
  isThrowaway?: boolean
  /** Any free port when not given. */
  port?: number
}

export type RedisServer = { child: Child; port: number; url: string }

const defaultSettings = {
  bind: '127.0.0.1',
  appendonly: 'yes',
  appendfsync: 'everysec',
  save: '""',
  // A queue must never lose a job to make room for another.
  'maxmemory-policy': 'noeviction',
  loglevel: 'notice',
}
const throwawaySettings = { appendonly: 'no', databases: '10000' }

/** Starts a Redis on 127.0.0.1 whose password stands in its configuration file, not in the process list. */
export async function startRedis(options: RedisOptions, record: RunRecordFile): Promise<RedisServer> {
  const port = options.port ?? (await getFreePort())
  mkdirSync(options.folder, { recursive: true })
  chmodSync(options.folder, 0o700)
  const configFile = join(options.folder, 'redis.conf')
  const settings = {
    ...defaultSettings,
    ...(options.isThrowaway ? throwawaySettings : {}),
    port,
    dir: JSON.stringify(options.folder),
    requirepass: options.password,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`)
  writeFileSync(configFile, lines.join(''), { mode: 0o600 })
  const child = await startChild(
    {
      name: 'redis',
      command: options.program,
      args: [configFile],
      env: { NODE_ENV: 'production', PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
      cwd: options.folder,
      logFile: options.logFile,
    },
    record,
  )
  const url = `redis://:${encodeURIComponent(options.password)}@127.0.0.1:${port}`
  await waitForChild(child, { timeoutMs: 60_000, probe: async () => (await findRedisFault(url)) === undefined })
  return { child, port, url }
}

export function stopRedis(server: RedisServer): Promise<void> {
  return server.child.stop('SIGTERM', 10_000)
}

/** Why this Redis cannot be used now; undefined when it answers. */
export async function findRedisFault(url: string): Promise<string | undefined> {
  const client = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: 5000,
  })
  let fault: string | undefined
  client.on('error', (error) => {
    fault = error.message
  })
  try {
    await client.connect()
    await client.ping()
    await client.quit()
    return undefined
  } catch (error) {
    client.disconnect()
    return fault ?? messageOf(error)
  }
}

/** The first of redis-server and valkey-server on PATH. */
export function findRedisProgram(): string | undefined {
  return ['redis-server', 'valkey-server'].find((name) => {
    try {
      execFileSync(name, ['--version'], { stdio: 'pipe' })
      return true
    } catch {
      return false
    }
  })
}
