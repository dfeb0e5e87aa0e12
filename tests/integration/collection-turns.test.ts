import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { newId } from '#lib/ids.ts'
import { closeCollectionQueues } from '#lib/queue/collections.ts'
import { closeSharedRedis, sharedRedis, untilRedisIsReady } from '#lib/queue/connections.ts'
import { claimDueCollections } from '#lib/services/collections/claim-due-collections.ts'
import { collectBatch } from '#lib/services/collections/collect-batch.ts'
import { keepCollection } from '#lib/services/collections/keep-collection.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { grantPorts, portsOf } from '#tests/support/cluster-imports.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace
let etcd: RunningEtcd

beforeAll(async () => {
  ;[place, etcd] = await Promise.all([openWorkplace(), startEtcd()])
  await untilRedisIsReady(5_000)
}, 120_000)

afterAll(async () => {
  await etcd?.stop()
  await closeCollectionQueues()
  closeSharedRedis()
  await closePools()
})

/** What other tests left due is nobody's turn here. */
beforeEach(() => sql('UPDATE collection_state SET "nextDueAt" = NULL, "claimedUntil" = NULL'))

async function sql(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await asSuperuser(place.database, text, values)).rows
}

async function addClusters(
  team: TenantContext,
  count: number,
  endpoint = etcd.members[0]?.clientUrl ?? '',
): Promise<string[]> {
  const { tenantId } = team
  const ids = Array.from({ length: count }, newId)
  await withTenant(tenantId, async (db) => {
    const provider = 'imported'
    await db.cluster.createMany({
      data: ids.map((id) => ({ tenantId, id, name: id, provider, endpoints: [endpoint] })),
    })
    for (const clusterId of ids) await keepCollection(db, { tenantId, clusterId, pausedAt: null })
    // As if they had been collected before, and quick.
    await db.collectionState.updateMany({ where: { tenantId }, data: { tookMs: 20 } })
  })
  return ids
}

async function teamWithReach(): Promise<TenantContext> {
  const team = await createTeam()
  await grantPorts(team.tenantId, portsOf(etcd))
  return team
}

const claimedOf = async ({ tenantId }: TenantContext) =>
  (
    await sql('SELECT "clusterId" FROM collection_state WHERE "tenantId" = $1 AND "claimedUntil" IS NOT NULL', [
      tenantId,
    ])
  ).length

/** The batch a worker would be handed for a cluster that was claimed. */
async function batchOf({ tenantId }: TenantContext, clusterId: string) {
  const [row] = await sql('SELECT "attempt" FROM collection_state WHERE "clusterId" = $1', [clusterId])
  const clusters = [{ clusterId, attempt: Number(row?.attempt), dueAt: new Date().toISOString() }]
  return { tenantId, isSlow: false, clusters }
}

const signal = AbortSignal.timeout(600_000)
const seenOf = async (clusterId: string) =>
  (await sql('SELECT "at" FROM cluster_facts WHERE "clusterId" = $1', [clusterId])).length

describe('turns', () => {
  it('come to every team before any team has all of its own', async () => {
    const [large, small] = [await teamWithReach(), await teamWithReach()]
    await addClusters(large, 1_500)
    await addClusters(small, 3)
    await sql(`UPDATE collection_state SET "nextDueAt" = now() - interval '1 h' WHERE "tenantId" = $1`, [
      large.tenantId,
    ])
    await claimDueCollections()
    expect(await claimedOf(small)).toBe(3)
    expect(await claimedOf(large)).toBeLessThan(300)
  })

  it('that somebody asked for come first', async () => {
    const team = await teamWithReach()
    const ids = await addClusters(team, 600)
    await sql(`UPDATE collection_state SET "shard" = 7, "nextDueAt" = now() - interval '1 h' WHERE "tenantId" = $1`, [
      team.tenantId,
    ])
    const [asked] = ids.slice(-1)
    await sql(`UPDATE collection_state SET "askedAt" = now(), "nextDueAt" = now() WHERE "clusterId" = $1`, [asked])
    await claimDueCollections()
    const [row] = await sql('SELECT "claimedUntil" FROM collection_state WHERE "clusterId" = $1', [asked])
    expect(row?.claimedUntil).not.toBeNull()
    expect(await claimedOf(team)).toBe(8)
  })

  it('of clusters nobody answers for take no place from the others', async () => {
    const team = await teamWithReach()
    await addClusters(team, 40)
    await sql('UPDATE collection_state SET "shard" = 3, "failures" = 2 WHERE "tenantId" = $1', [team.tenantId])
    await claimDueCollections()
    expect(await claimedOf(team)).toBe(16)
    const [living] = await addClusters(team, 1)
    await sql('UPDATE collection_state SET "shard" = 3 WHERE "clusterId" = $1', [living])
    await claimDueCollections()
    const [row] = await sql('SELECT "claimedUntil" FROM collection_state WHERE "clusterId" = $1', [living])
    expect(row?.claimedUntil).not.toBeNull()
  })

  it('are taken once, however many sweeps look at once', async () => {
    const team = await teamWithReach()
    await addClusters(team, 100)
    const counts = await Promise.all(Array.from({ length: 6 }, () => claimDueCollections()))
    const attempts = await sql('SELECT sum("attempt")::int AS total FROM collection_state WHERE "tenantId" = $1', [
      team.tenantId,
    ])
    expect(attempts).toEqual([{ total: counts.reduce((all, count) => all + count, 0) }])
    expect(await claimedOf(team)).toBe(attempts[0]?.total)
  })

  it('are nobody’s while Redis is away, and come as soon as it is back', async () => {
    const team = await teamWithReach()
    await addClusters(team, 20)
    await closeCollectionQueues()
    closeSharedRedis()
    await expect(claimDueCollections()).rejects.toThrow('Redis is away')
    expect(await claimedOf(team)).toBe(0)
    sharedRedis()
    await untilRedisIsReady(5_000)
    expect(await claimDueCollections()).toBe(20)
  })

  it('of a team that is being deleted do not come', async () => {
    const team = await teamWithReach()
    await addClusters(team, 2)
    await sql('UPDATE tenant SET "closingAt" = now() WHERE "id" = $1', [team.tenantId])
    await claimDueCollections()
    expect(await claimedOf(team)).toBe(0)
  })
})

describe('a collection', () => {
  it('whose turn was taken over touches no row', async () => {
    const team = await teamWithReach()
    const [id = ''] = await addClusters(team, 1)
    await claimDueCollections()
    const batch = await batchOf(team, id)
    await sql('UPDATE collection_state SET "attempt" = "attempt" + 1 WHERE "clusterId" = $1', [id])
    await collectBatch(batch, signal)
    expect(await seenOf(id)).toBe(0)
    await collectBatch(await batchOf(team, id), signal)
    expect(await seenOf(id)).toBe(1)
  })

  it('by a way that was changed meanwhile touches no row, and the cluster is due again', async () => {
    await using slow = await startEtcd()
    const team = await teamWithReach()
    await grantPorts(team.tenantId, portsOf(slow))
    const [member] = slow.members
    if (!member) return expect.fail('a member')
    const [id = ''] = await addClusters(team, 1, member.clientUrl)
    await claimDueCollections()
    member.kill('SIGSTOP')
    const under = collectBatch(await batchOf(team, id), signal)
    await sql('UPDATE cluster SET "accessVersion" = 2 WHERE "id" = $1', [id])
    member.kill('SIGCONT')
    await under
    expect(await seenOf(id)).toBe(0)
    expect(await claimDueCollections()).toBe(1)
  })

  it('finds nothing by what was switched off while it was under way', async () => {
    const team = await teamWithReach()
    const [id = ''] = await addClusters(team, 1)
    await claimDueCollections()
    await collectBatch(await batchOf(team, id), signal)
    const codes = async () =>
      (await sql('SELECT "code" FROM finding WHERE "clusterId" = $1 AND "resolvedAt" IS NULL', [id])).map(
        ({ code }) => code,
      )
    expect(await codes()).toContain('version-unsafe')
    await sql(`UPDATE cluster SET "features" = '{"healthy": false}' WHERE "id" = $1`, [id])
    await sql('UPDATE collection_state SET "nextDueAt" = now() WHERE "clusterId" = $1', [id])
    await claimDueCollections()
    await collectBatch(await batchOf(team, id), signal)
    expect(await codes()).toEqual([])
    expect(await sql('SELECT "resolution" FROM finding WHERE "clusterId" = $1', [id])).toContainEqual({
      resolution: 'switched-off',
    })
  })

  it('that nobody answers comes ever more rarely, until somebody does', async () => {
    const team = await teamWithReach()
    const [id = ''] = await addClusters(team, 1, 'http://127.0.0.1:1')
    await grantPorts(team.tenantId, [1])
    const waits: number[] = []
    for (let round = 0; round < 6; round += 1) {
      await sql('UPDATE collection_state SET "nextDueAt" = now() WHERE "clusterId" = $1', [id])
      await claimDueCollections()
      await collectBatch(await batchOf(team, id), signal)
      const [row] = await sql(
        'SELECT round(extract(epoch FROM "nextDueAt" - now()) / 60) AS minutes FROM collection_state WHERE "clusterId" = $1',
        [id],
      )
      waits.push(Number(row?.minutes))
    }
    expect(waits).toEqual([1, 2, 4, 5, 5, 5])
    await sql('UPDATE cluster SET "endpoints" = $2 WHERE "id" = $1', [id, [etcd.members[0]?.clientUrl]])
    await sql('UPDATE collection_state SET "nextDueAt" = now() WHERE "clusterId" = $1', [id])
    await claimDueCollections()
    await collectBatch(await batchOf(team, id), signal)
    expect(await sql('SELECT "failures" FROM collection_state WHERE "clusterId" = $1', [id])).toEqual([{ failures: 0 }])
  })

  it('whose secrets cannot be opened is shown as unknown, with the reason, and takes no place for long', async () => {
    const team = await teamWithReach()
    const [id = ''] = await addClusters(team, 1)
    await sql(`UPDATE cluster SET "state" = 'running' WHERE "id" = $1`, [id])
    await sql(
      `INSERT INTO cluster_credential ("tenantId", "clusterId", "kind", "username", "sealed", "changedBy")
       VALUES ($1, $2, 'reader', 'reader', 'not sealed', 'Ada')`,
      [team.tenantId, id],
    )
    await claimDueCollections()
    await collectBatch(await batchOf(team, id), signal)
    const [row] = await sql('SELECT "state", "problem" FROM cluster WHERE "id" = $1', [id])
    expect(row).toEqual({ state: 'unknown', problem: 'secret-unreadable' })
    expect(await claimedOf(team)).toBe(0)
    expect(await claimDueCollections()).toBe(0)
  })

  it('that was missed for long comes back at some time within a period, not again and again at once', async () => {
    const team = await teamWithReach()
    const ids = await addClusters(team, 12)
    await sql(`UPDATE collection_state SET "nextDueAt" = now() - interval '1 h' WHERE "tenantId" = $1`, [team.tenantId])
    await claimDueCollections()
    for (const id of ids) {
      const { clusters, ...batch } = await batchOf(team, id)
      const dueAt = new Date(Date.now() - 3_600_000).toISOString()
      await collectBatch({ ...batch, clusters: clusters.map((one) => ({ ...one, dueAt })) }, signal)
    }
    const waits = await sql(
      'SELECT extract(epoch FROM "nextDueAt" - now())::float AS wait FROM collection_state WHERE "tenantId" = $1 ORDER BY 1',
      [team.tenantId],
    )
    const seconds = waits.map(({ wait }) => Number(wait))
    expect(Math.min(...seconds)).toBeGreaterThan(-30)
    expect(Math.max(...seconds)).toBeLessThanOrEqual(60)
    expect(Math.max(...seconds) - Math.min(...seconds)).toBeGreaterThan(10)
  })

  it('is not begun when its turn is nearly over: it is somebody’s again at once', async () => {
    const team = await teamWithReach()
    const [id = ''] = await addClusters(team, 1)
    await claimDueCollections()
    await sql(`UPDATE collection_state SET "claimedUntil" = now() + interval '10 s' WHERE "clusterId" = $1`, [id])
    await collectBatch(await batchOf(team, id), signal)
    expect(await seenOf(id)).toBe(0)
    expect(await claimedOf(team)).toBe(0)
  })
})
