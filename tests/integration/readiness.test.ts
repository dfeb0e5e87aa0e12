import { afterAll, beforeAll, expect, it } from 'vitest'
import { closePools } from '#lib/db/pools.ts'
import { checkReadiness } from '#lib/services/health/check-readiness.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace

beforeAll(async () => {
  place = await openWorkplace()
})
afterAll(closePools)

it('is told of a root key that does not open the teams’ keys, before anybody signs in', async () => {
  const team = await createTeam()
  const checks = { database: 'ok', migrations: 'ok', redis: 'ok', keys: 'ok' }
  await expect.poll(() => checkReadiness(), { timeout: 5_000 }).toEqual({ isReady: true, checks })
  await asSuperuser(place.database, `UPDATE tenant_key SET "rootKeyId" = 'lost' WHERE "tenantId" = $1`, [team.tenantId])
  await expect
    .poll(async () => (await checkReadiness()).checks.keys, { timeout: 5_000 })
    .toContain('ROOT_KEYS do not open what lost sealed')
})

it('is told of a migration that this build has and the database has not', async () => {
  await asSuperuser(
    place.database,
    `UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '%init'`,
  )
  await expect
    .poll(async () => (await checkReadiness()).checks.migrations, { timeout: 5_000 })
    .toMatch(/not applied: \d+_init/)
})
