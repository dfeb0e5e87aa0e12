import { z } from 'zod'
import type { DrillView, ListDrills } from '#lib/contracts/backup-catalogue.ts'
import type { Page } from '#lib/contracts/paging.ts'
import { instant } from '#lib/contracts/paging.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { pageOf } from '#lib/services/paging.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { StoredCertificate } from './certificate.ts'
import { certificateOf } from './certificate.ts'
import type { DrillRow } from './drill-rows.ts'
import { getDrillRow, showDrill, shownWithDrill } from './drill-rows.ts'

const drillKey = z.object({ at: instant.pipe(z.coerce.date()), id: z.uuid() })

/** The drills of the team, newest first. */
export function listDrills({ tenantId }: TenantContext, query: ListDrills): Promise<Page<DrillView>> {
  const { clusterId, backupId } = query
  return pageOf(query, {
    list: ['drills', { clusterId, backupId }],
    key: drillKey,
    keyOf: ({ createdAt, id }: DrillRow) => ({ at: createdAt.toISOString(), id }),
    fetch: (after, count) =>
      withTenant(tenantId, (db) =>
        db.drill.findMany({
          where: {
            tenantId,
            ...(clusterId ? { clusterId } : {}),
            ...(backupId ? { backupId } : {}),
            ...(after ? { OR: [{ createdAt: { lt: after.at } }, { createdAt: after.at, id: { lt: after.id } }] } : {}),
          },
          include: shownWithDrill,
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          take: count,
        }),
      ),
    show: showDrill,
  })
}

interface Which {
  drillId: string
}

/** @throws AppError `not-found` */
export function getDrill({ tenantId }: TenantContext, { drillId }: Which): Promise<DrillView> {
  return withTenant(tenantId, async (db) => showDrill(await getDrillRow(db, tenantId, drillId)))
}

/** The signed document and the key to check it with. @throws AppError `not-found`, also where nothing was proven */
export function getCertificate({ tenantId }: TenantContext, { drillId }: Which): Promise<StoredCertificate> {
  return withTenant(tenantId, async (db) => certificateOf(await getDrillRow(db, tenantId, drillId)))
}
