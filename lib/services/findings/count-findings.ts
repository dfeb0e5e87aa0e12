import { inspectionIds, severities } from '#lib/contracts/inspections.ts'
import type { Db } from '#lib/db/pools.ts'

interface Counted {
  tenantId: string
  clusterIds: readonly string[]
}

/**
 * Writes into the rows of these clusters what lists show of their open findings: how many, how bad the worst is, and the newest
 * of the worst; what a version deserves comes after everything else of its severity. One statement; a cluster where nothing is another than before is not written. Gives how many were.
 */
export async function countFindings(db: Db, { tenantId, clusterIds }: Counted): Promise<number> {
  return await db.$executeRaw`
    UPDATE cluster SET "findingsOpen" = told.open, "findingsWorst" = told.worst, "newestFinding" = told.newest
      FROM unnest(${[...clusterIds]}::uuid[]) AS asked(id)
     CROSS JOIN LATERAL (
       SELECT count(*)::int AS open, coalesce(max("severity"), 0) AS worst,
              (array_agg(jsonb_build_object(
                'id', "id", 'inspection', "inspection", 'code', "code", 'evidence', "evidence",
                'severity', (${[...severities]}::text[])["severity"],
                'openedAt', to_char("openedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
              ) ORDER BY "severity" DESC, "inspection" = 'version-advice', "openedAt" DESC, "id" DESC))[1] AS newest
         FROM finding
        WHERE "tenantId" = ${tenantId}::uuid AND "clusterId" = asked.id AND "resolvedAt" IS NULL
          AND "inspection" = ANY (${[...inspectionIds]}::text[])
     ) AS told
     WHERE cluster."tenantId" = ${tenantId}::uuid AND cluster."id" = asked.id
       AND (cluster."findingsOpen", cluster."findingsWorst", cluster."newestFinding")
           IS DISTINCT FROM (told.open, told.worst, told.newest)`
}
