import type { Db } from '#lib/db/pools.ts'
import type { TenantTable } from '#lib/db/tables.ts'

/** Rows of many partitions, which have no row number that only one of them bears. */
export const sampleTables = ['sample_raw', 'sample_5m', 'sample_1h'] as const satisfies readonly TenantTable[]

/** All samples of a cluster, a hundred thousand rows at most. */
export async function removeSamples(
  db: Db,
  { tenantId, clusterId }: { tenantId: string; clusterId: string },
): Promise<void> {
  const where = { tenantId, clusterId }
  await db.sampleRaw.deleteMany({ where })
  await db.sample5m.deleteMany({ where })
  await db.sample1h.deleteMany({ where })
}

/** The samples of one more cluster of a team whose time to be erased has come. False when it has none left. */
export async function eraseSamplesOfOne(db: Db, tenantId: string): Promise<boolean> {
  let removed = 0
  for (const table of sampleTables) {
    // The name comes from the list above, never from a caller.
    removed += await db.$executeRawUnsafe(
      `DELETE FROM "${table}" AS s USING "tenant" AS t
        WHERE s."tenantId" = $1::uuid AND t."id" = s."tenantId" AND t."deleteAfter" <= now()
          AND s."clusterId" = (SELECT "clusterId" FROM "${table}" WHERE "tenantId" = $1::uuid LIMIT 1)`,
      tenantId,
    )
  }
  return removed > 0
}
