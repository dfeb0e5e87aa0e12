import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '#lib/db/pools.ts'
import { appPool, closePools } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import type { FuzzTeam, Operation, Scene } from '#tests/support/tenancy-operations.ts'
import { attacks, clusterOf, reads, writes } from '#tests/support/tenancy-operations.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

const teamCount = 24
/** More than the ten connections of a pool, so that connections change hands all the time. */
const parallel = 40
const operationsMin = 20_000

let place: Workplace
let teams: FuzzTeam[]

beforeAll(async () => {
  place = await openWorkplace()
  teams = await Promise.all(Array.from({ length: teamCount }, makeTeam))
})
afterAll(closePools)

async function makeTeam(): Promise<FuzzTeam> {
  const { tenantId, actor } = await createTeam()
  const team: FuzzTeam = { tenantId, userId: actor.id, clusterIds: [], jobIds: [] }
  await withTenant(tenantId, async (db) => {
    const clusters = Array.from({ length: 5 }, () => clusterOf(team, newId()))
    await db.cluster.createMany({ data: clusters })
    const jobs = Array.from({ length: 5 }, () => ({ tenantId, id: newId(), kind: 'x', payload: {}, error: tenantId }))
    await db.job.createMany({ data: jobs })
    team.clusterIds = clusters.map(({ id }) => id)
    team.jobIds = jobs.map(({ id }) => id)
  })
  return team
}

const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T
const harmless = [...Object.entries(reads), ...Object.entries(reads), ...Object.entries(writes)]
const refused = Object.entries(attacks)

interface Tally {
  operations: number
  refusals: number
  /** Transactions that Postgres ended because two of one team waited for each other. */
  deadlocks: number
  leaks: string[]
}

class RolledBackOnPurpose extends Error {}

/** One transaction of one team: a few operations, and sometimes at the end an attack or an error of our own. */
async function visit(tally: Tally): Promise<void> {
  const [mine, other] = [pick(teams), pick(teams)]
  if (mine === other) return
  const sceneNow = () => ({ mine, other, unique: newId() })
  const ending = Math.random()
  let isAttacking = false
  try {
    await withTenant(mine.tenantId, async (db) => {
      for (let left = 1 + Math.floor(Math.random() * 6); left > 0; left--) {
        await perform(tally, pick(harmless), { db, scene: sceneNow() })
      }
      isAttacking = ending < 0.3
      if (isAttacking) await perform(tally, pick(refused), { db, scene: sceneNow() })
      if (ending > 0.9) throw new RolledBackOnPurpose()
    })
    if (isAttacking) tally.leaks.push('an attack was committed')
  } catch (error) {
    if (isAttacking) tally.refusals += 1
    else if (isDeadlock(error)) tally.deadlocks += 1
    else if (!(error instanceof RolledBackOnPurpose)) throw error
  }
}

const isDeadlock = (error: unknown) => error instanceof Error && /deadlock|write conflict/i.test(error.message)

async function perform(
  tally: Tally,
  [name, operation]: [string, Operation],
  { db, scene }: { db: Db; scene: Scene },
): Promise<void> {
  tally.operations += 1
  const leak = await operation(db, scene)
  if (leak !== undefined) tally.leaks.push(`${scene.mine.tenantId}, ${name}: ${leak}`)
}

/** A query that forgot the door, on connections other teams have just used. */
async function visitWithoutTenant(tally: Tally): Promise<void> {
  tally.operations += 4
  const [clusters, people, members, raw] = await Promise.all([
    appPool().cluster.findMany(),
    appPool().user.findMany({ select: { id: true } }),
    appPool().membership.count(),
    appPool().$queryRaw<unknown[]>`SELECT id FROM tenant`,
  ])
  const seen = clusters.length + people.length + members + raw.length
  if (seen > 0) tally.leaks.push(`${seen} rows without a tenant`)
}

/** The other pool in between: it sees the tables that name it, and no others. */
async function visitBySystem(tally: Tally): Promise<void> {
  tally.operations += 2
  const count = await withSystem((db) => db.membership.count())
  if (count !== teamCount) tally.leaks.push(`the system door counted ${count} members`)
  const clusters = await withSystem((db) => db.cluster.count()).catch(() => 'refused')
  if (clusters !== 'refused') tally.leaks.push('the system door saw clusters')
}

describe('tenants that share pools', () => {
  it(`leak nothing in ${operationsMin} random operations`, { timeout: 180_000 }, async () => {
    const tally: Tally = { operations: 0, refusals: 0, deadlocks: 0, leaks: [] }
    const visits = [visitWithoutTenant, visitBySystem, ...Array.from({ length: 30 }, () => visit)]
    const work = async () => {
      while (tally.operations < operationsMin && tally.leaks.length === 0) await pick(visits)(tally)
    }
    await Promise.all(Array.from({ length: parallel }, work))
    expect(tally.leaks).toEqual([])
    expect(tally.operations).toBeGreaterThanOrEqual(operationsMin)
    expect(tally.refusals).toBeGreaterThan(1000)
    expect(tally.deadlocks).toBeLessThan(tally.refusals)
    expect(await findTracks()).toEqual([])
  })

  it.each(refused)('are refused %s', async (_, attack) => {
    const [mine, other] = teams as [FuzzTeam, FuzzTeam]
    const attempt = withTenant(mine.tenantId, (db) => attack(db, { mine, other, unique: newId() }))
    await expect(attempt).rejects.toThrow(/row-level security|permission denied|not found|foreign key|not connected/i)
  })
})

/** Rows that carry the id of a team other than the one they stand in, as a superuser finds them. */
async function findTracks(): Promise<unknown[]> {
  const { rows } = await asSuperuser(
    place.database,
    `SELECT 'cluster' AS what, id FROM cluster WHERE description <> "tenantId"::text
     UNION ALL SELECT 'job', id FROM job WHERE error <> "tenantId"::text
     UNION ALL SELECT 'outbox', "jobId" FROM outbox
     UNION ALL SELECT 'tenant', id FROM tenant WHERE name = 'taken'`,
  )
  return rows
}

describe('a transaction inside another one', () => {
  it('is refused, whichever doors they are, since a few at once would empty the pool for good', async () => {
    const { tenantId } = teams[0] as FuzzTeam
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
    const [mine, other] = teams as [FuzzTeam, FuzzTeam]
    await asSuperuser(place.database, 'ALTER TABLE cluster DISABLE ROW LEVEL SECURITY')
    const leak = await withTenant(mine.tenantId, async (db) => reads[name]?.(db, { mine, other, unique: newId() }))
    await asSuperuser(place.database, 'ALTER TABLE cluster ENABLE ROW LEVEL SECURITY')
    expect(leak).toBeDefined()
  })
})
