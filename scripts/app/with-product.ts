import { join } from 'node:path'
import { closePools } from '#lib/db/pools.ts'
import { makeStateDir } from '#scripts/paths.ts'
import { loadSecrets } from '#scripts/secrets.ts'
import { withDatabase } from '#scripts/servers/postgres-client.ts'
import { urlsOf } from '#scripts/servers/roles.ts'
import { databaseName } from './start-servers.ts'
import { withInstallation } from './with-installation.ts'

/** The part of the product's settings these commands cannot do without. */
interface Given {
  DATABASE_URL_APP: string
  DATABASE_URL_SYSTEM: string
}

/**
 * Runs `work` with the product's own code: on the database the environment names, also while the product runs on it, else on
 * that of this installation. Whatever the environment sets wins over what we would set.
 */
export async function withProduct<T>(work: () => Promise<T>): Promise<T> {
  const named = findNamedDatabase()
  if (named) return await runOn(named, work)
  return await withInstallation(({ databaseUrls: { app, system } }) =>
    runOn({ DATABASE_URL_APP: app, DATABASE_URL_SYSTEM: system }, work),
  )
}

function findNamedDatabase(): Given | undefined {
  const { DATABASE_URL_APP, DATABASE_URL_SYSTEM, DATABASE_URL } = process.env
  if (DATABASE_URL_APP && DATABASE_URL_SYSTEM) return { DATABASE_URL_APP, DATABASE_URL_SYSTEM }
  if (!DATABASE_URL) return undefined
  const { app, system } = urlsOf(withDatabase(DATABASE_URL, databaseName), ownSecrets().rolePasswords)
  return { DATABASE_URL_APP: app, DATABASE_URL_SYSTEM: system }
}

async function runOn<T>(given: Given, work: () => Promise<T>): Promise<T> {
  Object.assign(process.env, {
    PUBLIC_URL: 'http://localhost:3000',
    REDIS_URL: 'redis://127.0.0.1:6379',
    LOG_LEVEL: 'warn',
    ...ownKeys(),
    ...process.env,
    ...given,
  })
  try {
    return await work()
  } finally {
    await closePools()
  }
}

/** Nothing is made in the folder of the installation when the environment brings everything. */
function ownKeys(): Record<string, string> {
  if (process.env.ROOT_KEYS && process.env.NEXTAUTH_SECRET) return {}
  const { rootKeys, nextAuthSecret } = ownSecrets()
  return { ROOT_KEYS: rootKeys, NEXTAUTH_SECRET: nextAuthSecret }
}

function ownSecrets() {
  return loadSecrets(join(makeStateDir(), 'secrets.json'))
}
