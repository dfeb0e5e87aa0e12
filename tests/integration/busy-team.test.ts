import { afterAll, beforeAll, expect, it } from 'vitest'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { createTeam, openWorkplace } from '#tests/support/work-team.ts'

beforeAll(async () => {
  await openWorkplace()
})
afterAll(closePools)

it('a team with a hundred slow transactions at once leaves connections for the others', async () => {
  const [busy, other] = [await createTeam(), await createTeam()]
  const slow = Array.from({ length: 100 }, () =>
    withTenant(busy.tenantId, async (db) => {
      await db.$queryRaw`SELECT 1 FROM pg_sleep(0.1)`
    }),
  )
  const ended = Promise.allSettled(slow)
  const startedAt = performance.now()
  const members = await withTenant(other.tenantId, (db) => db.membership.count())
  const tookMs = performance.now() - startedAt
  expect(members).toBe(1)
  // The hundred take two and a half seconds on the places of one team; the other waits for none of them.
  expect(tookMs).toBeLessThan(1_000)
  const failed = (await ended).filter(({ status }) => status === 'rejected')
  expect(failed).toEqual([])
})
