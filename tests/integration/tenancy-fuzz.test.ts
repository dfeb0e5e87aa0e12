import { describe, expect, it } from 'vitest'
import { withSystem } from '#lib/db/system.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { itLeaksNothing, openFuzzTeams } from '#tests/support/tenancy-fuzz.ts'
import type { FuzzTeam } from '#tests/support/tenancy-operations.ts'
import { attacks, reads } from '#tests/support/tenancy-operations.ts'
import { asSuperuser } from '#tests/support/work-team.ts'

const opened = openFuzzTeams()
const refused = Object.entries(attacks)

describe('tenants that share pools', () => {
  // Four times as many in tests/long.
  itLeaksNothing(5_000)

  it.each(refused)('are refused %s', async (_, attack) => {
    const [mine, other] = opened.teams() as [FuzzTeam, FuzzTeam]
    const attempt = withTenant(mine.tenantId, (db) => attack(db, { mine, other, unique: newId() }))
    await expect(attempt).rejects.toThrow(/row-level security|permission denied|not found|foreign key|not connected/i)
  })
})

describe('a transaction inside another one', () => {
  it('is refused, whichever doors they are, since a few at once would empty the pool for good', async () => {
    const { tenantId } = opened.teams()[0] as FuzzTeam
    const inner = [() => withTenant(tenantId, async () => 1), () => withSystem(async () => 1)]
    for (const open of inner) {
      await expect(withTenant(tenantId, open)).rejects.toThrow(/inside a tenant transaction/)
      await expect(withSystem(open)).rejects.toThrow(/inside a system transaction/)
    }
  })

  it('needs the id of a tenant and nothing else', async () => {
    for (const tenantId of ['', 'x', "' OR true --", newId().toUpperCase()]) {
      await expect(async () => withTenant(tenantId, async () => 1)).rejects.toThrow(/needs the id of a tenant/)
    }
  })
})

describe('the search for leaks itself', () => {
  const blind = ['all clusters', 'a cluster by its whole key', 'a cluster by its id alone', 'raw without a where']

  it.each(blind)('sees through reading %s that a wall is down', async (name) => {
    const [mine, other] = opened.teams() as [FuzzTeam, FuzzTeam]
    await asSuperuser(opened.place().database, 'ALTER TABLE cluster DISABLE ROW LEVEL SECURITY')
    const leak = await withTenant(mine.tenantId, async (db) => reads[name]?.(db, { mine, other, unique: newId() }))
    await asSuperuser(opened.place().database, 'ALTER TABLE cluster ENABLE ROW LEVEL SECURITY')
    expect(leak).toBeDefined()
  })
})
