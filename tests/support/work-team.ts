import { withSystem } from '#lib/db/system.ts'
import { newId } from '#lib/ids.ts'
import { recordAudit } from '#lib/tenancy/audit-log.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { permissionsOf } from '#lib/tenancy/permissions.ts'
import { limitsOf } from '#lib/tenancy/quotas.ts'
import { createTenantKey } from '#lib/tenancy/tenant-keys.ts'
import { appEnvironment } from '#scripts/app/app-environment.ts'
import { generateSecrets } from '#scripts/secrets.ts'
import { withPostgres } from '#scripts/servers/postgres-client.ts'
import type { TestDatabase } from './servers.ts'
import { createDatabase, createRedisUrl } from './servers.ts'

/** Environment of this test process, as web and worker get theirs. */
export interface Workplace {
  database: TestDatabase
  env: Record<string, string>
}

/**
 * Gives this test file a database and a Redis of its own and points the configuration at them. Call it before anything that
 * reads the configuration.
 */
export async function openWorkplace(more: Record<string, string> = {}): Promise<Workplace> {
  const database = await createDatabase()
  const env = {
    ...appEnvironment({ databaseUrls: database.urls, redisUrl: await createRedisUrl() }, generateSecrets()),
    PUBLIC_URL: 'http://localhost:3000',
    LOG_LEVEL: 'error',
    ...more,
  }
  Object.assign(process.env, env)
  return { database, env }
}

interface TeamOptions {
  plan?: 'community' | 'business' | 'enterprise'
  name?: string
}

/** A team with a data key, an opened audit chain and one owner who acts by browser. */
export async function createTeam({ plan = 'community', name = 'Platform' }: TeamOptions = {}): Promise<TenantContext> {
  const tenantId = newId()
  const userId = newId()
  const email = `${userId}@example.com`
  const actor = { kind: 'user', id: userId, label: email } as const
  const requestId = newId()
  const sessionId = newId()
  await withSystem(async (db) => {
    await db.user.create({ data: { id: userId, email, name: 'Ada' } })
    await db.tenant.create({ data: { id: tenantId, name, plan } })
    await db.membership.create({ data: { tenantId, userId, role: 'owner' } })
    await db.session.create({
      data: {
        id: sessionId,
        sidHash: sessionId,
        userId,
        activeTenantId: tenantId,
        method: 'password',
        ip: '127.0.0.1',
        userAgent: 'test',
        expiresAt: new Date(Date.now() + 3_600_000),
      },
    })
    await createTenantKey(db, tenantId)
    const target = { kind: 'team', id: tenantId, label: name }
    await recordAudit(db, { tenantId, actor, via: 'browser', requestId }, { action: 'team.created', target })
  })
  return {
    tenantId,
    actor,
    via: 'browser',
    requestId,
    role: 'owner',
    permissions: permissionsOf('owner'),
    quotas: limitsOf(plan, {}),
    session: { id: sessionId, userId, method: 'password', authAt: new Date() },
    ip: '127.0.0.1',
    userAgent: 'test',
    signal: new AbortController().signal,
  }
}

/** Runs one statement as the superuser of that database: what an attacker with all of Postgres could do. */
export function asSuperuser(database: TestDatabase, sql: string, values: unknown[] = []) {
  return withPostgres(database.adminUrl, (client) => client.query(sql, values))
}
