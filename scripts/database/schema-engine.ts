import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { bindMigrationAwareSqlAdapterFactory, DriverAdapterError } from '@prisma/driver-adapter-utils'
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg'
import { DatabaseError, Pool } from 'pg'
import { noDatabase } from './no-database.ts'

export const noFilter = { externalTables: [], externalEnums: [] }

/**
 * Runs `work` with Prisma's own schema engine on that database, logged in as `url` says. `amend` may add to a script what is
 * to happen in the same transaction.
 */
export async function withSchemaEngine<T>(
  { url, amend = (script) => script }: { url: string; amend?: (script: string) => string },
  work: (engine: engineModule.SchemaEngine) => Promise<T>,
): Promise<T> {
  const pool = new Pool({ connectionString: url })
  pool.on('error', () => undefined)
  try {
    return await runEngine(wholeScripts(new PrismaPg(pool), amend), work)
  } finally {
    await pool.end()
  }
}

/** The same without any database, for comparing schema files. */
export function withOfflineSchemaEngine<T>(work: (engine: engineModule.SchemaEngine) => Promise<T>): Promise<T> {
  return runEngine(noDatabase, work)
}

/** The engine comes as WebAssembly: unlike Prisma's native one it needs no download. */
async function runEngine<T>(
  factory: SqlMigrationAwareDriverAdapterFactory,
  work: (engine: engineModule.SchemaEngine) => Promise<T>,
): Promise<T> {
  await loadEngine()
  const adapter = bindMigrationAwareSqlAdapterFactory(factory)
  const engine = await engineModule.SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter)
  try {
    return await work(engine)
  } finally {
    engine.free()
  }
}

/**
 * Prisma's adapter cuts a script at every semicolon, also inside a function body, and runs the pieces one by one. Here a
 * script goes to the server in one message: a migration is one transaction, which either happened or did not.
 */
function wholeScripts(factory: PrismaPg, amend: (script: string) => string): SqlMigrationAwareDriverAdapterFactory {
  const connect = async () => {
    const adapter = await factory.connect()
    adapter.executeScript = async (script) => {
      await adapter.underlyingDriver().query(amend(script)).catch(throwForEngine)
    }
    return adapter
  }
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect,
    connectToShadowDb: () => factory.connectToShadowDb(),
  }
}

function throwForEngine(error: unknown): never {
  if (!(error instanceof DatabaseError)) throw error
  throw new DriverAdapterError({
    kind: 'postgres',
    code: error.code ?? 'XX000',
    severity: error.severity ?? 'ERROR',
    message: error.message,
    detail: error.detail,
    column: error.column,
    hint: error.hint,
  })
}

let loading: Promise<void> | undefined

function loadEngine(): Promise<void> {
  loading ??= instantiateEngine()
  return loading
}

async function instantiateEngine(): Promise<void> {
  const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'))
  const bytes = readFileSync(join(folder, 'schema_engine_bg.wasm'))
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': engineImports() })
  engineModule.__wbg_set_wasm(instance.exports)
  const start = instance.exports.__wbindgen_start
  if (typeof start === 'function') start()
}

/** The engine's timer for its lock would keep this process for ten seconds after the work is done. */
function engineImports(): WebAssembly.ModuleImports {
  const setIdleTimeout = (callback: () => void, delayMs: number) => setTimeout(callback, delayMs).unref()
  const imports = Object.entries(engineModule).map(([name, value]) => [
    name,
    name.startsWith('__wbg_setTimeout_') ? setIdleTimeout : value,
  ])
  return Object.fromEntries(imports)
}
