import { PrismaPg } from '@prisma/adapter-pg'
import { config } from '#lib/config.ts'
import { processWide } from '#lib/process-wide.ts'
import { PrismaClient } from './generated/client.ts'

/** What a transaction hands out: every model, no way to open another connection. */
export type Db = Omit<
  PrismaClient,
  '$connect' | '$disconnect' | '$on' | '$transaction' | '$use' | '$extends' | '$runCommandRaw'
>

const connectTimeoutMs = 5_000
/** When Prisma gives a transaction up. */
const transactionTimeoutMs = 10_000
/** Before that, so that Postgres ends the statement itself and no abandoned one goes on holding its locks. */
const statementTimeoutMs = 8_000
const lockTimeoutMs = 5_000
/** After that: for a process that froze in the middle of its work. */
const idleTransactionTimeoutMs = 15_000

interface Pools {
  app?: PrismaClient | undefined
  system?: PrismaClient | undefined
}

const pools = processWide<Pools>('db-pools', () => ({}))

function openPool(connectionString: string, name: string): PrismaClient {
  const adapter = new PrismaPg({
    connectionString,
    max: config().databasePoolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: idleTransactionTimeoutMs,
    application_name: `kstone-${name}`,
  })
  const transactionOptions = { maxWait: connectTimeoutMs, timeout: transactionTimeoutMs }
  return new PrismaClient({ adapter, errorFormat: 'minimal', transactionOptions })
}

/** The pool of the `kstone_app` login, which sees one tenant at a time. Only `withTenant` may use it. */
export function appPool(): PrismaClient {
  pools.app ??= openPool(config().databaseUrl.app.reveal(), 'app')
  return pools.app
}

/** The pool of the `kstone_system` login. Only `withSystem` may use it. */
export function systemPool(): PrismaClient {
  pools.system ??= openPool(config().databaseUrl.system.reveal(), 'system')
  return pools.system
}

/** Closes both pools; the process cannot query afterwards unless it opens them again. */
export async function closePools(): Promise<void> {
  const { app, system } = pools
  pools.app = undefined
  pools.system = undefined
  await Promise.all([app?.$disconnect(), system?.$disconnect()])
}
