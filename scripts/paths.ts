import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** The checkout these scripts stand in; every other path hangs on it. */
export const rootDir = join(import.meta.dirname, '..')

/** Everything the commands make on this machine: data, secrets, logs, records of running processes. Ignored by git. */
export const stateDir = join(rootDir, '.kstone')

export const migrationsDir = join(rootDir, 'prisma', 'migrations')
export const schemaFile = join(rootDir, 'prisma', 'schema.prisma')
export const binDir = join(rootDir, 'node_modules', '.bin')

/** A folder inside the state folder, made when missing. Searchable by others because PostgreSQL may run as another user. */
export function makeStateDir(...names: string[]): string {
  mkdirSync(stateDir, { recursive: true, mode: 0o755 })
  const path = join(stateDir, ...names)
  mkdirSync(path, { recursive: true, mode: 0o755 })
  return path
}
