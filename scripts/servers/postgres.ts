import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandLineOf, findProcess } from '#lib/process-mark.ts'
import type { Child, Environment } from '#scripts/process/child.ts'
import { startChild, waitForChild } from '#scripts/process/child.ts'
import { getFreePort } from '#scripts/process/free-port.ts'
import type { RunRecordFile } from '#scripts/process/run-record.ts'
import { StepError } from '#scripts/step-error.ts'
import { waitUntil } from '#scripts/wait-until.ts'
import { isPostgresAnswering } from './postgres-client.ts'
import { postgresPrograms } from './postgres-programs.ts'
import type { ServerAccount } from './server-account.ts'
import { commandPrefixFor, ensureServerAccount } from './server-account.ts'

export type PostgresOptions = {
  /** Holds `data` (the database files) afterwards; made when missing. */
  folder: string
  password: string
  logFile: string
  /** For tests: nothing waits for the disk, and a crash of the machine loses everything. */
  isThrowaway?: boolean
  /** Any free port when not given. */
  port?: number
}

export type PostgresServer = { child: Child; port: number; adminUrl: string }

const superuser = 'postgres'
const defaultSettings = {
  listen_addresses: '127.0.0.1',
  // A socket file's path is limited to 107 bytes, and nothing of ours uses it.
  unix_socket_directories: '',
  max_connections: '200',
  log_min_messages: 'warning',
}
const throwawaySettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '500' }

/** Starts the PostgreSQL that npm brought, on 127.0.0.1, making its database files the first time. */
export async function startPostgres(options: PostgresOptions, record: RunRecordFile): Promise<PostgresServer> {
  const account = ensureServerAccount()
  const dataDir = join(options.folder, 'data')
  makeDatabaseFiles(options, account)
  await endForgottenServer(dataDir)
  const port = options.port ?? (await getFreePort())
  const settings = { ...defaultSettings, ...(options.isThrowaway ? throwawaySettings : {}), port: String(port) }
  const [command = '', ...args] = [
    ...commandPrefixFor(account, [postgresPrograms().postgres, options.folder]),
    postgresPrograms().postgres,
    '-D',
    dataDir,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  const child = await startChild(
    {
      name: 'postgres',
      command,
      args,
      env: environment(),
      cwd: '/',
      logFile: options.logFile,
      ...asAccount(command, account),
    },
    record,
  )
  const adminUrl = `postgresql://${superuser}:${encodeURIComponent(options.password)}@127.0.0.1:${port}/postgres`
  // After a kill -9 PostgreSQL first replays its log, which can take a while on a full disk.
  await waitForChild(child, { timeoutMs: 60_000, probe: () => isPostgresAnswering(adminUrl) })
  return { child, port, adminUrl }
}

/** A fast shutdown: running queries are cancelled, the database files are left clean. */
export function stopPostgres(server: PostgresServer): Promise<void> {
  return server.child.stop('SIGINT', 20_000)
}

/** Makes the files beside their place and moves them there when complete: an interrupted first start leaves nothing half. */
function makeDatabaseFiles(options: PostgresOptions, account: ServerAccount | undefined): void {
  const dataDir = join(options.folder, 'data')
  if (existsSync(dataDir)) return
  const newDir = join(options.folder, 'data.new')
  const passwordFile = join(options.folder, 'password')
  rmSync(newDir, { recursive: true, force: true })
  mkdirSync(newDir, { recursive: true, mode: 0o700 })
  writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600 })
  if (account) for (const path of [options.folder, newDir, passwordFile]) chownSync(path, account.uid, account.gid)
  const [command = '', ...args] = [
    ...commandPrefixFor(account, [postgresPrograms().initdb, options.folder]),
    postgresPrograms().initdb,
    `--pgdata=${newDir}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    ...(options.isThrowaway ? ['--no-sync'] : []),
  ]
  try {
    execFileSync(command, args, { env: environment(), cwd: '/', stdio: 'pipe', ...asAccount(command, account) })
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
    throw new StepError(`PostgreSQL could not make its database files: ${output.split('\n').at(-1)}`, {
      fix: `free space or rights in ${options.folder}, then start again`,
      cause: error,
    })
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(newDir, dataDir)
}

/**
 * postmaster.pid names the last server of these files. One that still lives is ours and forgotten: it is ended. One that
 * ended without removing the file may have left its pid to a stranger, which PostgreSQL would take for itself.
 */
async function endForgottenServer(dataDir: string): Promise<void> {
  const lockFile = join(dataDir, 'postmaster.pid')
  if (!existsSync(lockFile)) return
  const pid = Number(readFileSync(lockFile, 'utf8').split('\n')[0])
  if (!isServerOf(pid, dataDir)) {
    rmSync(lockFile, { force: true })
    return
  }
  process.kill(pid, 'SIGINT')
  const isGone = await waitUntil(() => (findProcess(pid) ? undefined : true), { timeoutMs: 20_000 })
  if (!isGone) {
    throw new StepError(`a PostgreSQL of an earlier start (pid ${pid}) does not end`, { fix: `run \`kill -9 ${pid}\`` })
  }
}

function isServerOf(pid: number, dataDir: string): boolean {
  return Number.isInteger(pid) && pid > 0 && findProcess(pid) !== undefined && commandLineOf(pid).includes(dataDir)
}

/** setpriv changes the user itself; otherwise the spawn does. */
function asAccount(command: string, account: ServerAccount | undefined): Partial<ServerAccount> {
  return account && command !== 'setpriv' ? account : {}
}

function environment(): Environment {
  return { NODE_ENV: 'production', PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
}
