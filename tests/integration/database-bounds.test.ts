import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closePools } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { tenantTables } from '#lib/db/tables.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { withPostgres } from '#scripts/servers/postgres-client.ts'
import { codeOf, newPerson } from '#tests/support/signed-in.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace

beforeAll(async () => {
  place = await openWorkplace({ LOG_LEVEL: 'fatal' })
})
afterAll(closePools)

describe('the wall around a team', () => {
  // The app puts into the outbox and never reads it.
  const readable = tenantTables.filter((table) => table !== 'outbox')

  it.each(readable)('is an index condition on %s, without a word about the team in the query', async (table) => {
    const plan = await withTenant(newId(), async (db) => {
      // An empty table would be read whole otherwise.
      await db.$executeRaw`SET LOCAL enable_seqscan = off`
      return await db.$queryRawUnsafe<Record<string, string>[]>(`EXPLAIN SELECT 1 FROM "${table}"`)
    })
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index Cond: \(+"tenantId" = /)
  })

  it('shows nothing on a connection that stood in a team before', async () => {
    const { teamId } = await newPerson()
    expect(await withTenant(teamId, (db) => db.membership.count())).toBe(1)
    const seen = await withPostgres(place.database.urls.app, async (client) => {
      await client.query('BEGIN')
      await client.query(`SELECT set_config('app.tenant_id', $1, true)`, [teamId])
      await client.query('COMMIT')
      return await client.query('SELECT 1 FROM membership')
    })
    expect(seen.rowCount).toBe(0)
  })
})

describe('a transaction', () => {
  it('whose statement takes too long, or whose lock is not free in time, asks to be tried again', async () => {
    const { teamId } = await newPerson()
    expect(await codeOf(withSystem((db) => db.$queryRaw`SELECT pg_sleep(9)::text`))).toBe('dependency-unavailable')
    const renamed = withPostgres(place.database.adminUrl, async (client) => {
      await client.query('BEGIN')
      await client.query('SELECT 1 FROM tenant WHERE id = $1 FOR UPDATE', [teamId])
      await delay(7_000)
      await client.query('COMMIT')
    })
    const rename = () => withTenant(teamId, (db) => db.tenant.update({ where: { id: teamId }, data: { name: 'N' } }))
    await delay(200)
    expect(await codeOf(rename())).toBe('dependency-unavailable')
    await renamed
    expect(await codeOf(rename())).toBe('ok')
  }, 30_000)
})

describe('values the code does not know', () => {
  it.each([
    `UPDATE tenant SET plan = 'gold'`,
    `UPDATE membership SET role = 'king'`,
    `UPDATE session SET method = 'guess'`,
    `INSERT INTO job ("tenantId", id, kind, payload, state) SELECT id, gen_random_uuid(), 'x', '{}', 'lost' FROM tenant`,
    `INSERT INTO invitation ("tenantId", id, email, role, "tokenHash", "invitedBy", "expiresAt")
     SELECT id, gen_random_uuid(), 'x', 'king', 'x', 'x', now() FROM tenant`,
  ])('are refused by the database: %s', async (sql) => {
    const person = await newPerson()
    await withSystem((db) =>
      db.session.create({
        data: {
          id: newId(),
          sidHash: newId(),
          userId: person.userId,
          method: 'password',
          ip: 'x',
          userAgent: 'x',
          expiresAt: new Date(),
        },
      }),
    )
    await expect(asSuperuser(place.database, sql)).rejects.toThrow(/violates check constraint/)
  })
})
