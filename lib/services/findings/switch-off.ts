import type { InspectionFeature } from '#lib/contracts/inspections.ts'
import type { Db } from '#lib/db/pools.ts'
import { inspections } from '#lib/inspections/index.ts'
import { countFindings } from './count-findings.ts'

interface SwitchedOff {
  tenantId: string
  clusterId: string
  features: readonly InspectionFeature[]
}

/** Resolves what the inspections of these features found in a cluster: nobody looks at it any more. */
export async function switchOff(db: Db, { tenantId, clusterId, features }: SwitchedOff): Promise<void> {
  const ids = inspections.filter(({ feature }) => features.includes(feature)).map(({ id }) => id)
  if (ids.length === 0) return
  const { count } = await db.finding.updateMany({
    where: { tenantId, clusterId, resolvedAt: null, inspection: { in: ids } },
    data: { resolvedAt: new Date(), resolution: 'switched-off' },
  })
  if (count > 0) await countFindings(db, { tenantId, clusterIds: [clusterId] })
}
