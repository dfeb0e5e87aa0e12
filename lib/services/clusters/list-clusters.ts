import { z } from 'zod'
import type { ClusterView, listClustersQuery } from '#lib/contracts/clusters.ts'
import { providers } from '#lib/contracts/clusters.ts'
import type { Page } from '#lib/contracts/paging.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { behind, createdKey, likeText, pageOf } from '#lib/services/paging.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'

/** Clusters of the team in the order in which they came in; `q` looks into names and descriptions. */
export function listClusters(
  { tenantId }: TenantContext,
  { q, ...query }: z.output<typeof listClustersQuery>,
): Promise<Page<ClusterView>> {
  const text = q ? { contains: likeText(q), mode: 'insensitive' as const } : undefined
  return pageOf(query, {
    list: ['clusters', { q }],
    key: createdKey,
    keyOf: (row) => ({ at: row.createdAt.toISOString(), id: row.id }),
    fetch: (after, count) =>
      withTenant(tenantId, (db) =>
        db.cluster.findMany({
          where: {
            tenantId,
            AND: [text ? { OR: [{ name: text }, { description: text }] } : {}],
            ...behind(after, { ascendingBy: 'id' }),
          },
          orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
          take: count,
        }),
      ),
    show: showCluster,
  })
}

const providerSchema = z.enum(providers)
const labelsSchema = z.record(z.string(), z.string())

interface ClusterRow {
  id: string
  name: string
  description: string
  provider: string
  labels: unknown
  createdAt: Date
}

function showCluster({ id, name, description, provider, labels, createdAt }: ClusterRow): ClusterView {
  return {
    id,
    name,
    description,
    provider: providerSchema.parse(provider),
    labels: labelsSchema.parse(labels),
    createdAt: createdAt.toISOString(),
  }
}
