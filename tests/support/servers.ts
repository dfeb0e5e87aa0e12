import { join } from 'node:path'
import { inject } from 'vitest'
import { migrate } from '#scripts/database/migrate.ts'
import type { OwnedRun } from '#scripts/process/owned-run.ts'
import { openOwnedRun } from '#scripts/process/owned-run.ts'
import { endLeftovers } from '#scripts/process/run-record.ts'
import { generateSecrets } from '#scripts/secrets.ts'
import { startPostgres, stopPostgres } from '#scripts/servers/postgres.ts'
import { withDatabase, withPostgres } from '#scripts/servers/postgres-client.ts'
import { startRedis, stopRedis } from '#scripts/servers/redis.ts'
import { ensureRedisProgram } from '#scripts/servers/redis-install.ts'
import type { DatabaseUrls, RolePasswords } from '#scripts/servers/roles.ts'
import { ensureRoles, roleNames, urlsOf } from '#scripts/servers/roles.ts'

/** What a test worker needs to make databases of its own. `adminUrl` is a superuser. */
export type TestServersInfo = { adminUrl: string; redisUrl: string; rolePasswords: RolePasswords }

export type TestServers = {
  info: TestServersInfo
  /** Of the two processes, for measuring. */
  pids: { postgres: number; redis: number }
  stop: () => Promise<void>
}

/** `urls` are the three logins; `adminUrl` is a superuser on the same database, for looking from outside. */
export type TestDatabase = { name: string; urls: DatabaseUrls; adminUrl: string }

const templateName = 'kstone_template'

interface TestServersOptions {
  /** Whether both keep what they were told when the machine crashes, as real ones do: for what is measured. */
  waitsForDisk?: boolean
}

/** Starts one PostgreSQL (roles made, a template database migrated) and one Redis on free ports, in a temporary folder. */
export async function startTestServers({ waitsForDisk = false }: TestServersOptions = {}): Promise<TestServers> {
  await endLeftovers()
  const run = openOwnedRun('test-servers')
  try {
    return await startServersOf(run, !waitsForDisk)
  } catch (error) {
    run[Symbol.dispose]()
    throw error
  }
}

async function startServersOf(run: OwnedRun, isThrowaway: boolean): Promise<TestServers> {
  const { record } = run
  const { postgresPassword, redisPassword, rolePasswords } = generateSecrets()
  const program = await ensureRedisProgram()
  const filesOf = (name: string) => ({
    folder: join(run.folder, name),
    logFile: join(run.folder, `${name}.log`),
    isThrowaway,
  })
  const [postgres, redis] = await Promise.all([
    startPostgres({ ...filesOf('postgres'), password: postgresPassword }, record),
    startRedis({ ...filesOf('redis'), program, password: redisPassword }, record),
  ])
  const template = { passwords: rolePasswords, database: templateName, mayChangePasswords: true }
  const urls = await ensureRoles(postgres.adminUrl, template)
  await migrate(urls.owner)
  await withPostgres(postgres.adminUrl, (client) => client.query('CREATE SEQUENCE redis_database MAXVALUE 9999'))
  return {
    info: { adminUrl: postgres.adminUrl, redisUrl: redis.url, rolePasswords },
    pids: { postgres: postgres.child.pid, redis: redis.child.pid },
    stop: async () => {
      await Promise.all([stopRedis(redis), stopPostgres(postgres)])
      run[Symbol.dispose]()
    },
  }
}

/** A migrated database of its own, cloned from the template in a few dozen milliseconds. */
export function createDatabase(): Promise<TestDatabase> {
  return createDatabaseOn(inject('testServers'))
}

/** The same where nothing is injected: in a global setup. */
export async function createDatabaseOn({ adminUrl, rolePasswords }: TestServersInfo): Promise<TestDatabase> {
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  await withPostgres(adminUrl, async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${templateName} OWNER ${roleNames.owner}`)
  })
  const databaseUrl = withDatabase(adminUrl, name)
  return { name, urls: urlsOf(databaseUrl, rolePasswords), adminUrl: databaseUrl }
}

/** An empty database without tables, owned like the real one: for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const { adminUrl, rolePasswords } = inject('testServers')
  const name = `empty_${crypto.randomUUID().replaceAll('-', '')}`
  const urls = await ensureRoles(adminUrl, { passwords: rolePasswords, database: name, mayChangePasswords: false })
  return { name, urls, adminUrl: withDatabase(adminUrl, name) }
}

/** The URL of a Redis database nobody else in this run uses. */
export async function createRedisUrl(): Promise<string> {
  const { adminUrl, redisUrl } = inject('testServers')
  const { rows } = await withPostgres(adminUrl, (client) =>
    client.query<{ database: string }>(`SELECT nextval('redis_database') AS database`),
  )
  return `${redisUrl}/${rows[0]?.database ?? 0}`
}
