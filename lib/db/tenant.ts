import { isId } from '#lib/ids.ts'
import type { Db } from './pools.ts'
import { appPool } from './pools.ts'
import { runTransaction } from './transaction.ts'

/**
 * The only way to a tenant's tables: one transaction in which the database shows the rows of `tenantId` and no others.
 * The setting dies with the transaction, so a connection taken from the pool again remembers nothing.
 */
export function withTenant<T>(tenantId: string, work: (db: Db) => Promise<T>): Promise<T> {
  if (!isId(tenantId)) throw new Error('withTenant needs the id of a tenant')
  return runTransaction(appPool(), 'tenant', async (db) => {
    await db.$executeRaw`SELECT set_config('app.tenant_id', ${tenantId}, true)`
    return work(db)
  })
}
