import { inspect } from 'node:util'
import type { Db } from '#lib/db/pools.ts'
import { newId } from '#lib/ids.ts'

/** A team whose rows all carry its id in a text column, so that a row seen or changed by another one shows. */
export interface FuzzTeam {
  tenantId: string
  userId: string
  clusterIds: string[]
  jobIds: string[]
}

export interface Scene {
  mine: FuzzTeam
  other: FuzzTeam
  /** Names a row nobody else makes. */
  unique: string
}

interface Tagged {
  tenantId: string
}

/** What somebody may do. Gives what a leak would look like, or undefined when there is none. */
export type Operation = (db: Db, scene: Scene) => Promise<string | undefined>

/** Every row read must be one's own. */
function strangers(rows: readonly Tagged[], { mine }: Scene): string | undefined {
  const stranger = rows.find(({ tenantId }) => tenantId !== mine.tenantId)
  return stranger && `read a row of ${stranger.tenantId}`
}

const some = (found: unknown): string | undefined => (found ? `found ${inspect(found)} of another team` : undefined)
const changed = (count: number): string | undefined => (count > 0 ? `changed ${count} rows of another team` : undefined)
const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T

/** Reading with the `where` forgotten, and with somebody else's ids. */
export const reads: Record<string, Operation> = {
  'all clusters': async (db, scene) => strangers(await db.cluster.findMany({ take: 50 }), scene),
  'all jobs with their outbox rows': async (db, scene) => {
    const jobs = await db.job.findMany({ include: { tenant: true }, take: 50 })
    return (
      strangers(jobs, scene) ??
      strangers(
        jobs.map(({ tenant }) => ({ tenantId: tenant.id })),
        scene,
      )
    )
  },
  'all memberships with their people': async (db, scene) => {
    const rows = await db.membership.findMany({ include: { user: { select: { id: true } } } })
    return strangers(rows, scene)
  },
  'all people': async (db, { mine }) => {
    const people = await db.user.findMany({ select: { id: true } })
    return people.length === 1 && people[0]?.id === mine.userId ? undefined : `saw ${people.length} people`
  },
  'all teams with what they have': async (db, scene) => {
    const teams = await db.tenant.findMany({
      select: {
        id: true,
        clusters: { take: 5 },
        memberships: true,
        jobs: { take: 5 },
        apiKeys: true,
        auditEvents: true,
      },
    })
    const rows = teams.flatMap((team) => [...team.clusters, ...team.memberships, ...team.jobs, ...team.auditEvents])
    return strangers([...rows, ...teams.map(({ id }) => ({ tenantId: id }))], scene)
  },
  'clusters by team': async (db, scene) => {
    const groups = await db.cluster.groupBy({ by: ['tenantId'], _count: true })
    return strangers(groups, scene)
  },
  'a count without a where': async (db, { mine }) => {
    const all = await db.cluster.count()
    const own = await db.cluster.count({ where: { tenantId: mine.tenantId } })
    // Another transaction of the same team may add one in between.
    return Math.abs(all - own) > 40 ? `counted ${all} instead of ${own}` : undefined
  },
  'a cluster by its whole key': async (db, { other }) =>
    some(
      await db.cluster.findUnique({
        where: { tenantId_id: { tenantId: other.tenantId, id: pick(other.clusterIds) } },
      }),
    ),
  'a cluster by its id alone': async (db, { other }) =>
    some(await db.cluster.findFirst({ where: { id: { in: other.clusterIds } } })),
  'a job by its id alone': async (db, { other }) =>
    some(await db.job.findFirst({ where: { OR: [{ id: pick(other.jobIds) }, { tenantId: other.tenantId }] } })),
  'another team': async (db, { other }) => some(await db.tenant.findUnique({ where: { id: other.tenantId } })),
  "another team's member": async (db, { other }) =>
    some(await db.user.findUnique({ where: { id: other.userId }, select: { id: true } })),
  'raw without a where': async (db, scene) =>
    strangers(await db.$queryRaw<Tagged[]>`SELECT "tenantId" FROM cluster LIMIT 50`, scene),
  'raw with another id': async (db, { other }) =>
    some(
      (await db.$queryRaw<Tagged[]>`SELECT * FROM cluster WHERE "tenantId" = ${other.tenantId}::uuid LIMIT 1`).at(0),
    ),
  'raw over a join': async (db, scene) =>
    strangers(
      await db.$queryRaw<Tagged[]>`
        SELECT j."tenantId" FROM cluster c CROSS JOIN job j JOIN membership m ON m."tenantId" <> c."tenantId" LIMIT 20`,
      scene,
    ),
  'raw over everything at once': async (db, scene) =>
    strangers(
      await db.$queryRaw<Tagged[]>`
        SELECT "tenantId" FROM audit_event UNION SELECT "tenantId" FROM event UNION SELECT "tenantId" FROM api_key
        UNION SELECT "tenantId" FROM tenant_key UNION SELECT "tenantId" FROM invitation UNION SELECT "tenantId" FROM job
        UNION SELECT "tenantId" FROM membership UNION SELECT "tenantId" FROM cluster UNION SELECT id FROM tenant`,
      scene,
    ),
}

/** Changing one's own rows, and everybody's by a forgotten `where`: what is written carries the writer's id. */
export const writes: Record<string, Operation> = {
  "a cluster of one's own": async (db, { mine, unique }) => {
    await db.cluster.create({ data: clusterOf(mine, unique) })
    return undefined
  },
  'a cluster through the team': async (db, { mine, unique }) => {
    const { tenantId: _, ...cluster } = clusterOf(mine, unique)
    await db.tenant.update({
      where: { id: mine.tenantId },
      data: { clusters: { create: cluster } },
      select: { id: true },
    })
    return undefined
  },
  'all clusters': async (db, { mine }) => {
    await db.cluster.updateMany({ data: { description: mine.tenantId } })
    return undefined
  },
  'all clusters, raw': async (db, { mine }) => {
    await db.$executeRaw`UPDATE cluster SET description = ${mine.tenantId}`
    return undefined
  },
  "all jobs' errors": async (db, { mine }) => {
    await db.job.updateMany({ data: { error: mine.tenantId } })
    return undefined
  },
  "another team's clusters": async (db, { other, mine }) =>
    changed(
      (await db.cluster.updateMany({ where: { tenantId: other.tenantId }, data: { description: mine.tenantId } }))
        .count,
    ),
  "another team's jobs by id": async (db, { other, mine }) =>
    changed((await db.job.updateMany({ where: { id: { in: other.jobIds } }, data: { error: mine.tenantId } })).count),
  "another team's name": async (db, { other }) =>
    changed((await db.tenant.updateMany({ where: { id: other.tenantId }, data: { name: 'taken' } })).count),
  'deleting what another team has': async (db, { other }) =>
    changed((await db.cluster.deleteMany({ where: { id: { in: other.clusterIds } } })).count) ??
    changed((await db.membership.deleteMany({ where: { userId: other.userId } })).count) ??
    changed(await db.$executeRaw`DELETE FROM cluster WHERE "tenantId" = ${other.tenantId}::uuid`),
}

/** What Postgres must refuse outright; the transaction ends with it. */
export const attacks: Record<string, Operation> = {
  'a cluster in another team': async (db, { other, unique }) =>
    some(await db.cluster.create({ data: clusterOf(other, unique) })),
  'a cluster in another team, raw': async (db, { other }) =>
    changed(
      await db.$executeRaw`
        INSERT INTO cluster ("tenantId", id, name, provider) VALUES (${other.tenantId}::uuid, ${newId()}::uuid, 'x', 'imported')`,
    ),
  "handing one's clusters to another team": async (db, { other }) =>
    changed((await db.cluster.updateMany({ data: { tenantId: other.tenantId } })).count),
  'connecting a new job to another team': async (db, { other }) =>
    some(
      await db.job.create({
        data: { id: newId(), kind: 'x', payload: {}, tenant: { connect: { id: other.tenantId } } },
      }),
    ),
  "connecting another team's cluster to one's own": async (db, { mine, other }) =>
    some(
      await db.tenant.update({
        where: { id: mine.tenantId },
        data: { clusters: { connect: { tenantId_id: { tenantId: other.tenantId, id: pick(other.clusterIds) } } } },
        select: { id: true },
      }),
    ),
  "queueing another team's job": async (db, { other }) =>
    changed(
      await db.$executeRaw`
        INSERT INTO outbox ("tenantId", "jobId", attempt, kind)
        VALUES (${other.tenantId}::uuid, ${pick(other.jobIds)}::uuid, 9, 'x')`,
    ),
  "queueing another team's job as one's own": async (db, { mine, other }) =>
    changed(
      await db.$executeRaw`
        INSERT INTO outbox ("tenantId", "jobId", attempt, kind)
        VALUES (${mine.tenantId}::uuid, ${pick(other.jobIds)}::uuid, 9, 'x')`,
    ),
  'becoming a member elsewhere': async (db, { mine, other }) =>
    some(await db.membership.create({ data: { tenantId: other.tenantId, userId: mine.userId, role: 'owner' } })),
  "an upsert over another team's cluster": async (db, { other, unique }) =>
    some(
      await db.cluster.upsert({
        where: { tenantId_id: { tenantId: other.tenantId, id: pick(other.clusterIds) } },
        create: clusterOf(other, unique),
        update: { description: 'taken' },
      }),
    ),
  'password hashes': async (db) => some(await db.credential.findMany()),
  "anybody's sessions": async (db) => some(await db.$queryRaw`SELECT * FROM session`),
}

export function clusterOf({ tenantId }: FuzzTeam, name: string) {
  return { tenantId, id: newId(), name, description: tenantId, provider: 'imported' }
}
