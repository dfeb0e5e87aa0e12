import { readdir } from 'node:fs/promises'
import { withSystem } from '#lib/db/system.ts'
import { processWide } from '#lib/process-wide.ts'
import { isRedisReady } from '#lib/queue/connections.ts'
import { tenantKeyring } from '#lib/tenancy/tenant-keys.ts'
import { secondMs } from '#lib/time.ts'

const checkTimeoutMs = 3_000
/** Anybody may ask: however often they do, the database and Redis are asked once a second. */
const keptMs = secondMs

export type ReadinessCheck = 'database' | 'migrations' | 'redis' | 'keys'

export interface Readiness {
  isReady: boolean
  /** What each check found: `ok`, or what is wrong in a few words fit for an operator. */
  checks: Record<ReadinessCheck, string>
}

const latest = processWide<{ answer?: Promise<Readiness>; askedAtMs: number }>('readiness', () => ({ askedAtMs: 0 }))

/**
 * Whether this process can do its work: the database answers and holds every migration of this build, Redis answers, and
 * the root keys open the teams' keys. The answer may be a second old.
 */
export function checkReadiness(): Promise<Readiness> {
  const nowMs = Date.now()
  if (latest.answer && nowMs - latest.askedAtMs < keptMs) return latest.answer
  latest.askedAtMs = nowMs
  latest.answer = lookAround()
  return latest.answer
}

async function lookAround(): Promise<Readiness> {
  const [database, migrations, redis, keys] = await Promise.all([
    judge(() => withSystem((db) => db.$queryRaw`SELECT 1`).then(() => 'ok')),
    judge(missingMigrations),
    judge(async () => ((await isRedisReady()) ? 'ok' : 'no answer to PING')),
    judge(unreadableKeys),
  ])
  const checks = { database, migrations, redis, keys }
  return { isReady: Object.values(checks).every((found) => found === 'ok'), checks }
}

async function judge(check: () => Promise<string>): Promise<string> {
  const timeout = new Promise<string>((resolve) => {
    setTimeout(() => resolve(`no answer within ${checkTimeoutMs / 1000} s`), checkTimeoutMs).unref()
  })
  return await Promise.race([check().catch(() => 'not reachable'), timeout])
}

/** A root key that is not the one the teams' keys were wrapped with shows here, not at somebody's sign-in. */
async function unreadableKeys(): Promise<string> {
  const newest = await withSystem((db) =>
    db.tenantKey.findFirst({ orderBy: [{ tenantId: 'desc' }, { version: 'desc' }] }),
  )
  if (!newest) return 'ok'
  try {
    tenantKeyring().unwrapDataKey(newest.tenantId, newest)
    return 'ok'
  } catch {
    return `ROOT_KEYS do not open what ${newest.rootKeyId} sealed: give that root key again`
  }
}

async function missingMigrations(): Promise<string> {
  const entries = await readdir('prisma/migrations', { withFileTypes: true })
  const expected = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const rows = await withSystem(
    (db) =>
      db.$queryRaw<
        { name: string }[]
      >`SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL`,
  )
  const applied = new Set(rows.map(({ name }) => name))
  const missing = expected.filter((name) => !applied.has(name))
  return missing.length === 0 ? 'ok' : `not applied: ${missing.join(', ')} (npm run db:migrate)`
}
