import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg'
import type { Client } from 'pg'
import { migrationsDir } from '#scripts/paths.ts'
import { withPostgres } from '#scripts/servers/postgres-client.ts'
import { messageOf, StepError } from '#scripts/step-error.ts'
import type { MigrationFile } from './migration-files.ts'
import { readMigrationFiles } from './migration-files.ts'
import { noFilter, withSchemaEngine } from './schema-engine.ts'

type AppliedMigration = { name: string; checksum: string; isFinished: boolean; logs: string | null }

// Any numbers do, as long as nothing else on that database locks the same ones.
const lockNumber = 4_276_513
/** Held by the transaction of a migration: it outlives a killed start for as long as the server works on it. */
const workLockNumber = 4_276_514

export type MigrateOptions = {
  /** A migration that failed before and has been mended: it is run again. */
  retry?: string
  files?: MigrationFile[]
}

/**
 * Applies what is missing, as `prisma migrate deploy` would. Gives the names of the migrations it applied. Two processes
 * that migrate at once do so one after the other; what a killed one was at is begun anew. Throws a StepError that names the
 * migration.
 */
export async function migrate(
  ownerUrl: string,
  { retry, files = readMigrationFiles() }: MigrateOptions = {},
): Promise<string[]> {
  return withPostgres(ownerUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [lockNumber])
    await client.query('SELECT pg_advisory_lock($1), pg_advisory_unlock($1)', [workLockNumber])
    const known = await readApplied(client)
    const again = known.filter((one) => !one.isFinished && (one.name === retry || wasBrokenOff(one)))
    const applied = known.filter((one) => !again.includes(one))
    checkHistory(files, applied)
    const pending = files.filter((file) => !applied.some((migration) => migration.name === file.name))
    if (pending.length > 0) await apply(ownerUrl, { files, again: again.map(({ name }) => name) })
    return pending.map((file) => file.name)
  })
}

/** Neither done nor refused: whoever was at it was killed, and its transaction came to nothing. */
function wasBrokenOff({ isFinished, logs }: AppliedMigration): boolean {
  return !isFinished && !logs
}

/** That it is done is written in the transaction of the migration: a killed start leaves no doubt whether it is. */
function amendMigration(sql: string): string {
  const done =
    'UPDATE public._prisma_migrations SET finished_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL'
  return `SELECT pg_advisory_xact_lock(${workLockNumber});\n${sql}\n;${done}`
}

async function readApplied(client: Client): Promise<AppliedMigration[]> {
  const { rows: tables } = await client.query<{ name: string | null }>(
    `SELECT to_regclass('public._prisma_migrations') AS name`,
  )
  if (!tables[0]?.name) return []
  const { rows } = await client.query<AppliedMigration>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS "isFinished", logs
       FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  )
  return rows
}

function checkHistory(files: MigrationFile[], applied: AppliedMigration[]): void {
  for (const migration of applied) {
    const file = files.find((candidate) => candidate.name === migration.name)
    if (!migration.isFinished) {
      throw new StepError(`the migration ${migration.name} failed before: ${reasonFrom(migration.logs)}`, {
        fix: `mend its cause, then run \`npm run db:migrate -- --retry ${migration.name}\``,
      })
    }
    if (!file) {
      throw new StepError(`the database has the migration ${migration.name}, which this checkout does not`, {
        fix: 'start the newer code this database belongs to, or set aside .kstone/postgres for an empty database',
      })
    }
    if (file.checksum !== migration.checksum) {
      throw new StepError(`the migration ${file.name} has been edited after it was applied`, {
        fix: `restore prisma/migrations/${file.name}/migration.sql and put the change into a new migration (npm run db:diff)`,
      })
    }
  }
}

async function apply(
  ownerUrl: string,
  { files, again }: { files: MigrationFile[]; again: readonly string[] },
): Promise<void> {
  const amend = (script: string) => (files.some(({ sql }) => sql === script) ? amendMigration(script) : script)
  try {
    await withSchemaEngine({ url: ownerUrl, amend }, async (engine) => {
      for (const migrationName of again) await engine.markMigrationRolledBack({ migrationName })
      await engine.applyMigrations({ filters: noFilter, migrationsList: migrationListOf(files) })
    })
  } catch (error) {
    const failed = await withPostgres(ownerUrl, async (client) =>
      (await readApplied(client)).find((one) => !one.isFinished),
    )
    const name = failed?.name ?? 'of the database'
    throw new StepError(`the migration ${name} failed: ${failed?.logs ? reasonFrom(failed.logs) : messageOf(error)}`, {
      fix: failed ? `mend its cause, then run \`npm run db:migrate -- --retry ${name}\`` : 'start again',
      cause: error,
    })
  }
}

function migrationListOf(files: MigrationFile[]): MigrationList {
  return {
    baseDir: migrationsDir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: files.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  }
}

/** The line of Prisma's report that says what the database answered: the second, below the part of Prisma that asked. */
function reasonFrom(logs: string | null): string {
  const [part = 'no reason was kept', answer] = (logs ?? '').trim().split('\n')
  return (answer ?? part).replace('Error querying the database: ', '')
}
