import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Db } from '#lib/db/pools.ts'
import { appPool, closePools } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import type { FuzzTeam, Operation, Scene } from './tenancy-operations.ts'
import { attacks, clusterOf, reads, writes } from './tenancy-operations.ts'
import type { Workplace } from './work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from './work-team.ts'

const teamCount = 24
/** More than the ten connections of a pool, so that connections change hands all the time. */
const parallel = 40

let place: Workplace
let teams: FuzzTeam[]

/** Teams with something of their own each, in a database of this test file. */
export function openFuzzTeams(): { place: () => Workplace; teams: () => FuzzTeam[] } {
  beforeAll(async () => {
    place = await openWorkplace()
    teams = await Promise.all(Array.from({ length: teamCount }, makeTeam))
  })
  afterAll(closePools)
  return { place: () => place, teams: () => teams }
}

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

/** Teams at random, all at once, each on connections that another one has just used. */
export function itLeaksNothing(operationsMin: number): void {
  it(`leak nothing in ${operationsMin} random operations`, { timeout: 180_000 }, async () => {
    const tally: Tally = { operations: 0, refusals: 0, deadlocks: 0, leaks: [] }
    const visits = [visitWithoutTenant, visitBySystem, ...Array.from({ length: 30 }, () => visit)]
    const work = async () => {
      while (tally.operations < operationsMin && tally.leaks.length === 0) await pick(visits)(tally)
    }
    await Promise.all(Array.from({ length: parallel }, work))
    expect(tally.leaks).toEqual([])
    expect(tally.operations).toBeGreaterThanOrEqual(operationsMin)
    expect(tally.refusals).toBeGreaterThan(operationsMin / 20)
    expect(tally.deadlocks).toBeLessThan(tally.refusals)
    expect(await findTracks()).toEqual([])
  })
}

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
