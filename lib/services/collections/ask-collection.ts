import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import { wakeWorkers } from '#lib/jobs/enqueue.ts'
import { lockCluster } from '#lib/services/clusters/cluster-rows.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { keepCollection } from './keep-collection.ts'

/**
 * Has a cluster collected at once and asked for everything, because somebody asks; after the collection that is under way, if
 * there is one. While one who asked before still waits, both get the same collection: nothing is changed, nor written down.
 *
 * @throws AppError `not-found`, `cluster-paused`
 */
export async function askCollection(
  ctx: TenantContext,
  { clusterId }: { clusterId: string },
): Promise<{ askedAt: string }> {
  const { tenantId } = ctx
  const waiting = await findWaiting({ tenantId, clusterId })
  if (waiting) return { askedAt: waiting.toISOString() }
  // Who asks at the same moment gets the time of the first all the same.
  return await mutate(ctx, async (db) => {
    const { name, pausedAt } = await lockCluster(db, tenantId, clusterId)
    if (pausedAt) throw new AppError('cluster-paused', `Cluster ${clusterId} is paused`)
    await keepCollection(db, { tenantId, clusterId, pausedAt })
    const [asked] = await db.$queryRaw<{ askedAt: Date }[]>`
      UPDATE collection_state
         SET "askedAt" = coalesce("askedAt", now()),
             "nextDueAt" = CASE WHEN "claimedUntil" > now() THEN "nextDueAt" ELSE now() END
       WHERE "tenantId" = ${tenantId}::uuid AND "clusterId" = ${clusterId}::uuid
      RETURNING "askedAt"`
    if (!asked) throw new Error(`Nothing is kept of when cluster ${clusterId} is collected`)
    wakeWorkers(db)
    return {
      result: { askedAt: asked.askedAt.toISOString() },
      action: 'cluster.inspected',
      target: { kind: 'cluster', id: clusterId, label: name },
    }
  })
}

/** Since when somebody waits; never for a cluster that is paused, nor for another team's. */
async function findWaiting({ tenantId, clusterId }: { tenantId: string; clusterId: string }): Promise<Date | null> {
  const state = await withTenant(tenantId, (db) =>
    db.collectionState.findFirst({
      where: { tenantId, clusterId, cluster: { pausedAt: null } },
      select: { askedAt: true },
    }),
  )
  return state?.askedAt ?? null
}
