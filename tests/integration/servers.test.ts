import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { migrate } from '#scripts/database/migrate.ts'
import { migrationFile } from '#scripts/database/migration-files.ts'
import { openOwnedRun } from '#scripts/process/owned-run.ts'
import { startPostgres, stopPostgres } from '#scripts/servers/postgres.ts'
import { isPostgresAnswering, withLogin, withPostgres } from '#scripts/servers/postgres-client.ts'
import { findRedisFault } from '#scripts/servers/redis.ts'
import { ensureRoles } from '#scripts/servers/roles.ts'
import { commandPrefixFor, ensureServerAccount } from '#scripts/servers/server-account.ts'
import type { TestDatabase } from '#tests/support/servers.ts'
import { createDatabase, createEmptyDatabase, createRedisUrl } from '#tests/support/servers.ts'

describe('test servers', () => {
  it('gives each caller a migrated database of its own', async () => {
    const [first, second] = await Promise.all([createDatabase(), createDatabase()])
    expect(first.name).not.toBe(second.name)
    const count = await withPostgres(first.urls.owner, (client) =>
      client.query<{ count: string }>('SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NOT NULL'),
    )
    expect(Number(count.rows[0]?.count)).toBeGreaterThan(0)
  })

  it('gives each caller a Redis database of its own', async () => {
    const urls = await Promise.all([createRedisUrl(), createRedisUrl()])
    expect(new Set(urls).size).toBe(2)
    for (const url of urls) expect(await findRedisFault(url)).toBeUndefined()
  })

  it.each(['kstone_owner', 'kstone_app', 'kstone_system'])(
    '%s has no power over the server or its walls',
    async (role) => {
      const { adminUrl } = await createDatabase()
      const { rows } = await withPostgres(adminUrl, (client) =>
        client.query(
          'SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = $1',
          [role],
        ),
      )
      expect(rows).toEqual([
        { rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false, rolreplication: false },
      ])
    },
  )
})

describe('logins on a server that was handed to us', () => {
  it('are refused with cause and fix, and left alone, when they exist with another password', async () => {
    const { urls } = await createDatabase()
    const { adminUrl } = inject('testServers')
    const database = `given_${crypto.randomUUID().replaceAll('-', '')}`
    const passwords = { owner: 'not', app: 'the', system: 'same' }
    await expect(ensureRoles(adminUrl, { passwords, database, mayChangePasswords: false })).rejects.toMatchObject({
      message: expect.stringContaining('the login kstone_owner exists on that server with another password'),
      fix: expect.stringMatching(/DATABASE_URL_OWNER.*ALTER ROLE kstone_owner/),
    })
    expect(await isPostgresAnswering(urls.owner)).toBe(true)
  })

  it('are made by an administrator who may make roles and databases but is no superuser', async () => {
    await using given = await startAnotherPostgres()
    await withPostgres(given.adminUrl, (client) =>
      client.query(`CREATE ROLE manager LOGIN CREATEROLE CREATEDB PASSWORD 'm'`),
    )
    const managerUrl = withLogin(given.adminUrl, { user: 'manager', password: 'm' })
    const passwords = { owner: 'o', app: 'a', system: 's' }
    const urls = await ensureRoles(managerUrl, { passwords, database: 'kstone', mayChangePasswords: false })
    expect(await migrate(urls.owner)).not.toEqual([])
  })
})

/** A server whose logins no other test shares. */
async function startAnotherPostgres(): Promise<{ adminUrl: string } & AsyncDisposable> {
  const run = openOwnedRun('test-postgres')
  const server = await startPostgres(
    { folder: join(run.folder, 'pg'), password: 'p', logFile: join(run.folder, 'pg.log'), isThrowaway: true },
    run.record,
  )
  return {
    adminUrl: server.adminUrl,
    [Symbol.asyncDispose]: async () => {
      await stopPostgres(server)
      run[Symbol.dispose]()
    },
  }
}

describe('the account PostgreSQL runs as', () => {
  it('reaches a program below a folder that is closed to others', () => {
    const closed = mkdtempSync(join(tmpdir(), 'kstone-closed-'))
    const program = join(closed, 'program')
    writeFileSync(program, '#!/bin/sh\nexit 7\n', { mode: 0o755 })
    const account = ensureServerAccount()
    const prefix = commandPrefixFor(account, [program])
    const [command = '', ...args] = [...prefix, 'sh', '-c', `test -x ${program} && ${program}`]
    expect(spawnSync(command, args, { cwd: '/', ...(prefix.length === 0 ? account : {}) }).status).toBe(7)
    rmSync(closed, { recursive: true })
  })
})

const create = migrationFile('20260101000000_create', 'CREATE TABLE one (id int);')
const broken = migrationFile('20260102000000_broken', 'CREATE TABLE two (id int); SELECT nonsense;')
const slow = migrationFile('20260103000000_slow', 'CREATE TABLE three (id int); SELECT pg_sleep(2); -- and that is all')

/** Kills a process while the server is at the migration it has begun. */
async function killWhileMigrating(database: TestDatabase): Promise<void> {
  const program = `import { migrate } from '#scripts/database/migrate.ts'
    const [url, files] = process.argv.slice(1)
    await migrate(url, { files: JSON.parse(files) })`
  const files = JSON.stringify([create, slow])
  const args = ['--input-type=module-typescript', '--eval', program, database.urls.owner, files]
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  await expect.poll(() => sleepers(database), { timeout: 20_000, interval: 20 }).toHaveLength(1)
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** Who is in the middle of the slow migration. */
function sleepers({ adminUrl, name }: TestDatabase): Promise<{ pid: number }[]> {
  const asked = `SELECT pid FROM pg_stat_activity WHERE datname = $1 AND state = 'active' AND wait_event = 'PgSleep'`
  return withPostgres(adminUrl, async (client) => (await client.query(asked, [name])).rows)
}

describe('migrations', () => {
  it('run once, and a second run does nothing', async () => {
    const { urls } = await createEmptyDatabase()
    const first = await migrate(urls.owner)
    expect(first.length).toBeGreaterThan(0)
    expect(await migrate(urls.owner)).toEqual([])
  })

  it('of two processes at once, one applies and the other finds them applied', async () => {
    const { urls } = await createEmptyDatabase()
    const applied = await Promise.all([migrate(urls.owner), migrate(urls.owner)])
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1)
  })

  it('name the one that failed, leave nothing of it behind, and go on after it was mended', async () => {
    const { urls } = await createEmptyDatabase()
    await expect(migrate(urls.owner, { files: [create, broken] })).rejects.toThrow(
      /20260102000000_broken failed: .*nonsense/,
    )
    const tables = await withPostgres(urls.owner, (client) =>
      client.query(`SELECT to_regclass('one') AS one, to_regclass('two') AS two`),
    )
    expect(tables.rows).toEqual([{ one: 'one', two: null }])
    await expect(migrate(urls.owner, { files: [create, broken] })).rejects.toThrow(
      /20260102000000_broken failed before/,
    )
    const mended = migrationFile(broken.name, 'CREATE TABLE two (id int);')
    expect(await migrate(urls.owner, { files: [create, mended], retry: broken.name })).toEqual([broken.name])
  })

  it('whose process was killed are begun anew when the server gave them up', async () => {
    const database = await createEmptyDatabase()
    await killWhileMigrating(database)
    const [sleeper] = await sleepers(database)
    await withPostgres(database.adminUrl, (client) => client.query('SELECT pg_terminate_backend($1)', [sleeper?.pid]))
    expect(await migrate(database.urls.owner, { files: [create, slow] })).toEqual([slow.name])
    expect(await migrate(database.urls.owner, { files: [create, slow] })).toEqual([])
  })

  it('whose process was killed are waited for where the server is still at them, and not done twice', async () => {
    const database = await createEmptyDatabase()
    await killWhileMigrating(database)
    expect(await sleepers(database)).toHaveLength(1)
    expect(await migrate(database.urls.owner, { files: [create, slow] })).toEqual([])
    const asked = 'SELECT migration_name AS name FROM _prisma_migrations ORDER BY 1'
    const rows = await withPostgres(database.urls.owner, async (client) => (await client.query(asked)).rows)
    expect(rows).toEqual([{ name: create.name }, { name: slow.name }])
  })

  it('refuse a migration that was edited after it was applied', async () => {
    const { urls } = await createEmptyDatabase()
    await migrate(urls.owner, { files: [create] })
    const edited = migrationFile(create.name, 'CREATE TABLE one (id bigint);')
    await expect(migrate(urls.owner, { files: [edited] })).rejects.toThrow(/20260101000000_create has been edited/)
  })

  it('refuse a database that is newer than the checkout', async () => {
    const { urls } = await createEmptyDatabase()
    await migrate(urls.owner, { files: [create] })
    await expect(migrate(urls.owner, { files: [] })).rejects.toThrow(
      /20260101000000_create, which this checkout does not/,
    )
  })
})
