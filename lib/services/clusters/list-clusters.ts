import { z } from 'zod'
import type { ClusterSort, ClusterView, ListClusters } from '#lib/contracts/clusters.ts'
import { clusterSorts } from '#lib/contracts/clusters.ts'
import { severities } from '#lib/contracts/inspections.ts'
import type { Page } from '#lib/contracts/paging.ts'
import { instant } from '#lib/contracts/paging.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { likeText, pageOf } from '#lib/services/paging.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { ClusterRow } from './cluster-rows.ts'
import { showCluster } from './cluster-rows.ts'
import { labelFilter } from './label-filter.ts'
import { versionKey } from './version-key.ts'

type Filter = Pick<ListClusters, 'q' | 'state' | 'version' | 'label' | 'severity'>
type Row = Omit<ClusterRow, 'credentials' | 'members'>

/** What a sort reads of a row; the id tells rows apart that are alike in it. */
const sorts: Record<ClusterSort, { column: keyof Row & string; read(row: Row): string; value: z.ZodType }> = {
  createdAt: {
    column: 'createdAt',
    read: (row) => row.createdAt.toISOString(),
    value: instant.pipe(z.coerce.date()),
  },
  name: { column: 'name', read: (row) => row.name, value: z.string() },
  state: { column: 'state', read: (row) => row.state, value: z.string() },
  version: { column: 'versionKey', read: (row) => row.versionKey, value: z.string() },
  size: {
    column: 'dbSizeBytes',
    read: (row) => String(row.dbSizeBytes),
    value: z
      .string()
      .regex(/^\d{1,19}$/)
      .transform(BigInt),
  },
  severity: { column: 'findingsWorst', read: (row) => String(row.findingsWorst), value: z.coerce.number().int() },
}

/** Clusters of the team, filtered and sorted; `q` looks into names and descriptions. */
export function listClusters({ tenantId }: TenantContext, query: ListClusters): Promise<Page<ClusterView>> {
  const { q, state, version, label, severity, sort } = query
  const { column, read, value } = sorts[clusterSorts.find((name) => sort.endsWith(name)) ?? 'createdAt']
  const order = sort.startsWith('-') ? 'desc' : 'asc'
  return pageOf(query, {
    list: ['clusters', { q, state, version, label, severity, sort }],
    key: z.object({ value, id: z.uuid() }),
    keyOf: (row: Row) => ({ value: read(row), id: row.id }),
    fetch: (after, count) =>
      withTenant(tenantId, (db) =>
        db.cluster.findMany({
          where: { tenantId, AND: [...filtersOf(query), after ? behind(after, { column, order }) : {}] },
          orderBy: [{ [column]: order }, { id: order }],
          take: count,
        }),
      ),
    show: showCluster,
  })
}

function filtersOf({ q, state, version, label, severity }: Filter): object[] {
  const text = q ? { contains: likeText(q), mode: 'insensitive' as const } : undefined
  return [
    text ? { OR: [{ name: text }, { description: text }] } : {},
    state ? { state } : {},
    version
      ? { OR: [{ versionKey: versionKey(version) }, { versionKey: { startsWith: `${versionKey(version)}.` } }] }
      : {},
    label ? labelFilter(label) : {},
    severity ? { findingsWorst: severities.indexOf(severity) + 1 } : {},
  ]
}

/** The bound on the column alone stands first because an index can use it; the rest only tells equal rows apart. */
function behind(
  after: { value: unknown; id: string },
  { column, order }: { column: string; order: 'asc' | 'desc' },
): object {
  const [atLeast, beyond] = order === 'asc' ? ['gte', 'gt'] : ['lte', 'lt']
  return {
    [column]: { [atLeast]: after.value },
    OR: [{ [column]: { [beyond]: after.value } }, { id: { [beyond]: after.id } }],
  }
}
