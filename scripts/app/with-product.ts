import { closePools } from '#lib/db/pools.ts'
import { appEnvironment } from './app-environment.ts'
import type { Installation } from './with-installation.ts'
import { withInstallation } from './with-installation.ts'

/**
 * Runs `work` with the product's own code on the database of this installation, or on the one the environment names: for
 * commands that need neither the web part nor a worker. Whatever the environment sets wins over what we would set.
 */
export function withProduct<T>(work: (installation: Installation) => Promise<T>): Promise<T> {
  return withInstallation(async (installation) => {
    const redisUrl = 'redis://127.0.0.1:6379'
    const own = appEnvironment({ databaseUrls: installation.databaseUrls, redisUrl }, installation.secrets)
    Object.assign(process.env, { ...own, PUBLIC_URL: 'http://localhost:3000', LOG_LEVEL: 'warn', ...process.env })
    try {
      return await work(installation)
    } finally {
      await closePools()
    }
  })
}
