import { z } from 'zod'
import type { FindingView, ListFindings } from '#lib/contracts/inspections.ts'
import { severities } from '#lib/contracts/inspections.ts'
import type { Page } from '#lib/contracts/paging.ts'
import { instant } from '#lib/contracts/paging.ts'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { labelFilter } from '#lib/services/clusters/label-filter.ts'
import { pageOf } from '#lib/services/paging.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { showFinding, stillKnown, withCluster } from './finding-rows.ts'

const findingKey = z.object({ severity: z.int(), at: instant.pipe(z.coerce.date()), id: z.uuid() })
type After = z.output<typeof findingKey>

interface Order {
  readonly isBySeverity: boolean
  readonly direction: 'asc' | 'desc'
}

/** Findings of the team, filtered and sorted; those that are open unless others are asked for. */
export function listFindings({ tenantId }: TenantContext, query: ListFindings): Promise<Page<FindingView>> {
  const { limit: _rows, cursor: _page, ...filter } = query
  const order = orderOf(filter.sort)
  const { isBySeverity, direction } = order
  return pageOf(query, {
    list: ['findings', filter],
    key: findingKey,
    keyOf: ({ severity, openedAt, id }) => ({ severity, at: openedAt.toISOString(), id }),
    fetch: (after, count) =>
      withTenant(tenantId, async (db) => {
        const where = { tenantId, ...stillKnown, ...filterOf(filter) }
        const orderBy = [...(isBySeverity ? [{ severity: direction }] : []), { openedAt: direction }, { id: direction }]
        const stretches = after ? behind(after, order) : [{}]
        return await readStretches(db, { where, orderBy, stretches, count })
      }),
    show: showFinding,
  })
}

function orderOf(sort: ListFindings['sort']): Order {
  return { isBySeverity: sort.endsWith('severity'), direction: sort.startsWith('-') ? 'desc' : 'asc' }
}

function filterOf({ state, severity, inspection, clusterId, label }: Omit<ListFindings, 'limit' | 'cursor'>) {
  return {
    resolvedAt: state === 'open' ? null : { not: null },
    ...(severity ? { severity: severities.indexOf(severity) + 1 } : {}),
    ...(inspection ? { inspection } : {}),
    ...(clusterId ? { clusterId } : {}),
    ...(label ? { cluster: labelFilter(label) } : {}),
  }
}

/**
 * What lies behind a finding: its severity's rest, then the other severities; each is one stretch of an index, where a condition
 * for both would have everything before it read again.
 */
function behind({ severity, at, id }: After, { isBySeverity, direction }: Order): object[] {
  const [beyond, atLeast] = direction === 'asc' ? (['gt', 'gte'] as const) : (['lt', 'lte'] as const)
  const rest = { openedAt: { [atLeast]: at }, OR: [{ openedAt: { [beyond]: at } }, { id: { [beyond]: id } }] }
  return isBySeverity ? [{ AND: [{ severity }, rest] }, { AND: [{ severity: { [beyond]: severity } }] }] : [rest]
}

interface Reading {
  readonly where: object
  readonly orderBy: object[]
  readonly stretches: readonly object[]
  readonly count: number
}

async function readStretches(db: Db, { where, orderBy, stretches, count }: Reading) {
  const read = (stretch: object, take: number) =>
    db.finding.findMany({ where: { ...where, ...stretch }, include: withCluster, orderBy, take })
  const rows: Awaited<ReturnType<typeof read>> = []
  for (const stretch of stretches) {
    if (rows.length < count) rows.push(...(await read(stretch, count - rows.length)))
  }
  return rows
}
