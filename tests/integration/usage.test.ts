import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { closeSharedRedis, isRedisReady } from '#lib/queue/connections.ts'
import { requestLimiter } from '#lib/queue/request-limiters.ts'
import { createApiKey } from '#lib/services/api-keys/create-api-key.ts'
import { listClusters } from '#lib/services/clusters/list-clusters.ts'
import { invite } from '#lib/services/invitations/invite.ts'
import { getUsage } from '#lib/services/usage/get-usage.ts'
import { quotas } from '#lib/tenancy/quotas.ts'
import { addTeammate } from '#tests/support/teammates.ts'
import { createTeam, openWorkplace } from '#tests/support/work-team.ts'

beforeAll(async () => {
  await openWorkplace()
  await vi.waitFor(isRedisReady)
})
afterAll(async () => {
  closeSharedRedis()
  await closePools()
})

const byAge = { sort: 'createdAt' } as const

describe('usage', () => {
  it('shows every quota with what this team uses of it', async () => {
    const [team, other] = [await createTeam({ plan: 'business' }), await createTeam()]
    await addTeammate(team, 'viewer')
    await addTeammate(other, 'viewer')
    await createApiKey(team, { name: 'ci', scopes: ['clusters:read'], expiresInDays: 1 })
    await invite(team, { email: `${newId()}@example.com`, role: 'viewer' })
    const usage = await getUsage(team)
    expect(usage.plan).toBe('business')
    expect(usage.quotas.map(({ id }) => id)).toEqual(Object.keys(quotas))
    expect(Object.fromEntries(usage.quotas.map(({ id, used, limit }) => [id, [used, limit]]))).toEqual({
      members: [2, 250],
      clusters: [0, 1_000],
      'pending-invitations': [1, 500],
      'api-keys': [1, 200],
      'cluster-imports': [0, 20],
      'storage-targets': [0, 20],
      'requests-per-second': [0, 300],
      'concurrent-jobs': [0, 10],
      'live-streams': [0, 500],
    })
  })

  it('counts the requests of the running second', async () => {
    const team = await createTeam()
    const requestsOf = async () => (await getUsage(team)).quotas.find(({ id }) => id === 'requests-per-second')?.used
    const limiter = requestLimiter(team.quotas['requests-per-second'])
    await vi.waitFor(async () => {
      await Promise.all([1, 2, 3].map(() => limiter.consume(team.tenantId)))
      expect(await requestsOf()).toBeGreaterThanOrEqual(3)
    })
  })
})

describe('the list of clusters', () => {
  it('finds by name and description, in pages, and shows nothing of another team', async () => {
    const [team, other] = [await createTeam(), await createTeam()]
    for (const { tenantId } of [team, other]) {
      await withTenant(tenantId, (db) =>
        db.cluster.createMany({
          data: ['east-1', 'east-2', 'west'].map((name) => ({
            tenantId,
            id: newId(),
            name,
            description: name === 'west' ? 'behind the East gate' : '',
            provider: 'imported',
            labels: { zone: name },
          })),
        }),
      )
    }
    const first = await listClusters(team, { ...byAge, limit: 2, q: 'EAST' })
    expect(first.items.map(({ name }) => name)).toEqual(['east-1', 'east-2'])
    const second = await listClusters(team, { ...byAge, limit: 2, q: 'EAST', cursor: first.nextCursor ?? '' })
    expect(second).toMatchObject({ items: [{ name: 'west', labels: { zone: 'west' } }], nextCursor: null })
    await expect(listClusters(team, { ...byAge, limit: 2, cursor: first.nextCursor ?? '' })).rejects.toMatchObject({
      code: 'cursor-invalid',
    })
    expect((await listClusters(await createTeam(), { ...byAge, limit: 50 })).items).toEqual([])
  })
})
