import { AsyncLocalStorage } from 'node:async_hooks'
import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
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
  refuseNesting(door)
  const stop = metrics.databaseTransactionDuration.startTimer({ door })
  try {
    return await current.run({ door }, () => pool.$transaction((db) => work(db)))
  } catch (error) {
    if (!isAway(error)) throw error
    throw new AppError('dependency-unavailable', `No ${door} transaction: the database is away or busy`, {
      cause: error,
    })
  } finally {
    stop()
  }
}

/** Throws when a transaction is open here already. */
export function refuseNesting(door: 'tenant' | 'system'): void {
  const outer = current.getStore()
  if (!outer) return
  throw new Error(`A ${door} transaction was opened inside a ${outer.door} transaction: pass its client on instead`)
}

/** Prisma's codes for a database that cannot be reached, hangs up, or gives no connection or transaction in time. */
const awayCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037'])

/** Postgres' own: no connection, too many, shutting down or starting up; a lock or a statement that took too long. */
const awayStates = /^(08...|53300|57P0[1-3]|57014|55P03)$/

/** What pg says of a connection that broke; it gives such errors no code. */
const brokenConnection = /Connection terminated|connection error and is not queryable|ECONNREFUSED|ECONNRESET/

const driverErrorSchema = z.object({ driverAdapterError: z.object({ cause: z.object({ originalCode: z.string() }) }) })

function isAway(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientInitializationError) return true
  if (error instanceof AppError || !(error instanceof Error)) return false
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return brokenConnection.test(error.message)
  const driver = driverErrorSchema.safeParse(error.meta)
  const state = driver.success ? driver.data.driverAdapterError.cause.originalCode : ''
  return awayCodes.has(error.code) || awayStates.test(state)
}

/** True when a unique key refused the row: somebody else was first. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002'
}
