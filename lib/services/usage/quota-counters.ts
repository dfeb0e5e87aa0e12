import type { Db } from '#lib/db/pools.ts'
import { log } from '#lib/log.ts'
import { requestLimiter } from '#lib/queue/request-limiters.ts'
import { inState as keyInState } from '#lib/services/api-keys/api-key-rows.ts'
import { isOpen } from '#lib/services/cluster-imports/import-rows.ts'
import { countLiveStreams } from '#lib/services/events/stream-places.ts'
import { inState as invitationInState } from '#lib/services/invitations/invitation-rows.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { QuotaId } from '#lib/tenancy/quotas.ts'

/** How one quota's use is found out: from the team's own rows, or from Redis; undefined where it cannot be told right now. */
type QuotaCounter =
  | { from: 'rows'; count(db: Db, tenantId: string): Promise<number> }
  | { from: 'redis'; count(ctx: TenantContext): Promise<number | undefined> }

/** One counter for each quota: a quota without one does not compile. */
export const quotaCounters: Record<QuotaId, QuotaCounter> = {
  members: { from: 'rows', count: (db, tenantId) => db.membership.count({ where: { tenantId } }) },
  'pending-invitations': {
    from: 'rows',
    count: (db, tenantId) => db.invitation.count({ where: { tenantId, ...invitationInState('pending', new Date()) } }),
  },
  'api-keys': {
    from: 'rows',
    count: (db, tenantId) => db.apiKey.count({ where: { tenantId, ...keyInState('active', new Date()) } }),
  },
  'storage-targets': { from: 'rows', count: (db, tenantId) => db.storageTarget.count({ where: { tenantId } }) },
  clusters: { from: 'rows', count: (db, tenantId) => db.cluster.count({ where: { tenantId } }) },
  'cluster-imports': {
    from: 'rows',
    count: (db, tenantId) => db.clusterImport.count({ where: { tenantId, ...isOpen } }),
  },
  'requests-per-second': { from: 'redis', count: countRequests },
  'concurrent-jobs': {
    from: 'rows',
    count: (db, tenantId) => db.job.count({ where: { tenantId, publishedAt: { not: null }, finishedAt: null } }),
  },
  'live-streams': { from: 'redis', count: ({ tenantId }) => countLiveStreams(tenantId) },
}

/** Requests of the team in the running second, the one that asks among them. */
async function countRequests({ tenantId, quotas }: TenantContext): Promise<number | undefined> {
  try {
    const running = await requestLimiter(quotas['requests-per-second']).get(tenantId)
    return running?.consumedPoints ?? 0
  } catch (error) {
    log().debug({ err: error }, 'redis is away: requests cannot be counted')
    return undefined
  }
}
