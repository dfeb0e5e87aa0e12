import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrationsDir } from '#scripts/paths.ts'

/** One folder of prisma/migrations. `checksum` is the one Prisma keeps in `_prisma_migrations`: sha256 of the SQL, hex. */
export type MigrationFile = { name: string; sql: string; checksum: string }

/** All migrations of a folder, oldest first. */
export function readMigrationFiles(folder = migrationsDir): MigrationFile[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'migration.sql')))
    .sort()
    .map((name) => migrationFile(name, readFileSync(join(folder, name, 'migration.sql'), 'utf8')))
}

export function migrationFile(name: string, sql: string): MigrationFile {
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
}
