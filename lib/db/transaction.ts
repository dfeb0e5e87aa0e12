import { AsyncLocalStorage } from 'node:async_hooks'
import { metrics } from '#lib/metrics.ts'
import { processWide } from '#lib/process-wide.ts'
import type { PrismaClient } from './generated/client.ts'
import { Prisma } from './generated/client.ts'
import type { Db } from './pools.ts'

interface OpenTransaction {
  door: string
}

const current = processWide('db-transaction', () => new AsyncLocalStorage<OpenTransaction>())

/**
 * Runs `work` in one transaction of `pool`. Throws when called inside another one: a nested transaction waits for a
 * second connection while holding the first, and a few of those at once empty the pool for good.
 */
export async function runTransaction<T>(
  pool: PrismaClient,
  door: 'tenant' | 'system',
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const outer = current.getStore()
  if (outer)
    throw new Error(`A ${door} transaction was opened inside a ${outer.door} transaction: pass its client on instead`)
  const stop = metrics.databaseTransactionDuration.startTimer({ door })
  try {
    return await current.run({ door }, () => pool.$transaction((db) => work(db)))
  } finally {
    stop()
  }
}

/** Whether a transaction is open here; network calls ask, because nothing slow may stand between BEGIN and COMMIT. */
export function isInTransaction(): boolean {
  return current.getStore() !== undefined
}

/** True when a unique key refused the row: somebody else was first. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002'
}
