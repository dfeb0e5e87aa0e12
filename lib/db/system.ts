import type { Db } from './pools.ts'
import { systemPool } from './pools.ts'
import { runTransaction } from './transaction.ts'

/**
 * A transaction of the `kstone_system` login: identity, sign-in look-ups, schedules, outbox, retention. It sees across
 * tenants on the tables whose policies name it; a frozen list says which files may call it.
 */
export function withSystem<T>(work: (db: Db) => Promise<T>): Promise<T> {
  return runTransaction(systemPool(), 'system', work)
}
