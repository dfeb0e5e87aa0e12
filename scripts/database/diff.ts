import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrationsDir, schemaFile } from '#scripts/paths.ts'
import { noFilter, withOfflineSchemaEngine } from './schema-engine.ts'

const snapshotFile = join(migrationsDir, 'schema.snapshot.prisma')

/** The SQL that leads from the schema at the last migration to prisma/schema.prisma; undefined when they are alike. */
export async function diffSchemas(from = snapshotFile, to = schemaFile): Promise<string | undefined> {
  const target = (file: string) => ({
    tag: 'schemaDatamodel' as const,
    files: [{ path: 'schema.prisma', content: readFileSync(file, 'utf8') }],
    configDir: '.',
  })
  const { stdout, exitCode } = await withOfflineSchemaEngine((engine) =>
    engine.diff({
      from: target(from),
      to: target(to),
      script: true,
      exitCode: true,
      filters: noFilter,
    }),
  )
  return exitCode === 0 || !stdout?.trim() ? undefined : stdout
}

/** Writes a migration folder with that SQL and notes the schema it leads to. Gives the path of the SQL. */
export function writeMigration(name: string, sql: string): string {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const folder = join(migrationsDir, `${stamp}_${name}`)
  mkdirSync(folder)
  const file = join(folder, 'migration.sql')
  writeFileSync(file, sql)
  copyFileSync(schemaFile, snapshotFile)
  return file
}
