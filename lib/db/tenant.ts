import { config } from '#lib/config.ts'
import { isId } from '#lib/ids.ts'
import { processWide } from '#lib/process-wide.ts'
import { secondMs } from '#lib/time.ts'
import type { FairPlaces } from './fair-places.ts'
import { createFairPlaces } from './fair-places.ts'
import type { Db } from './pools.ts'
import { appPool } from './pools.ts'
import { refuseNesting, runTransaction } from './transaction.ts'

/** Of the pool's connections one team holds at most two in five: the rest stay free for the others. */
const shareOfPool = 0.4
const waitMaxMs = 5 * secondMs

function placesOfTeams(): FairPlaces {
  return processWide('db-tenant-places', () => {
    const placesPerTeam = Math.max(1, Math.floor(config().databasePoolSize * shareOfPool))
    return createFairPlaces(placesPerTeam, waitMaxMs)
  })
}

/**
 * The only way to a tenant's tables: one transaction in which the database shows the rows of `tenantId` and no others.
 * The setting dies with the transaction, so a connection taken from the pool again remembers nothing.
 */
export async function withTenant<T>(tenantId: string, work: (db: Db) => Promise<T>): Promise<T> {
  if (!isId(tenantId)) throw new Error('withTenant needs the id of a tenant')
  refuseNesting('tenant')
  return await placesOfTeams().run(tenantId, () =>
    runTransaction(appPool(), 'tenant', async (db) => {
      await db.$executeRaw`SELECT set_config('app.tenant_id', ${tenantId}, true)`
      return work(db)
    }),
  )
}
