import type { Db } from '#lib/db/pools.ts'
import type { BackupFacts, Fact } from '#lib/inspections/facts.ts'
import type { CatalogueRow } from './backup-facts.ts'
import { backupFactsOf } from './backup-facts.ts'

interface Asked {
  readonly clusterId: string
  /** When it was collected. */
  readonly at: Date
}

/**
 * What the catalogue says of the backups of these clusters, in one query; of those whose plan is off, or that have no place for
 * backups, no more than that. A cluster without a plan is absent.
 */
export async function readBackupFacts(
  db: Db,
  tenantId: string,
  asked: readonly Asked[],
): Promise<ReadonlyMap<string, Fact<BackupFacts>>> {
  if (asked.length === 0) return new Map()
  const at = new Map(asked.map((one) => [one.clusterId, one.at]))
  const rows = await readRows(db, tenantId, [...at.keys()])
  return new Map(rows.map((row) => [row.clusterId, backupFactsOf(row, at.get(row.clusterId) ?? new Date())]))
}

/** Each of the lists is read from the newest end of an index, and none of them for a plan that is off. */
function readRows(db: Db, tenantId: string, clusterIds: readonly string[]): Promise<CatalogueRow[]> {
  return db.$queryRaw<CatalogueRow[]>`
    SELECT p."clusterId", p."isOn", p."nextDueAt", p."settings" AS own, s."settings" AS team, t."timeZone",
           target."name" AS "targetName", target."problem" AS "targetProblem", coalesce(kept."rows", '[]') AS verified,
           coalesce(sized."rows", '[]') AS sizes,
           coalesce(later."rows", '[]') AS later, first."createdAt" AS "firstAskedAt", coalesce(day."count", 0) AS "verifiedInDay",
           verdict."row" AS verdict, last."row" AS "lastDrill", proven."at" AS "provenAt"
      FROM backup_plan p
      JOIN tenant t ON t."id" = p."tenantId"
      LEFT JOIN backup_settings s ON s."tenantId" = p."tenantId"
      LEFT JOIN LATERAL (
        SELECT g."name", g."problem" FROM storage_target g
         WHERE p."isOn" AND g."tenantId" = p."tenantId"
           AND (g."isDefault" OR g."id"::text = p."settings"->>'targetId')
         ORDER BY g."id"::text = p."settings"->>'targetId' DESC NULLS LAST LIMIT 1
      ) target ON true
      LEFT JOIN LATERAL (
        SELECT max(b."createdAt") AS "newestAskedAt",
               jsonb_agg(jsonb_build_object('takenAt', b."takenAt", 'verifiedAt', b."verifiedAt", 'revision', b."revision"::text,
                                            'etcdClusterId', b."etcdClusterId") ORDER BY b."takenAt" DESC) AS "rows"
          FROM (SELECT * FROM backup v
                 WHERE target."name" IS NOT NULL AND v."tenantId" = p."tenantId" AND v."clusterId" = p."clusterId"
                   AND v."state" = 'verified' AND v."deletingAt" IS NULL
                 ORDER BY v."takenAt" DESC LIMIT 2) b
      ) kept ON true
      LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_object('takenAt', b."takenAt", 'sizeBytes', b."sizeBytes"::text, 'keys', b."keys"::text)
                         ORDER BY b."createdAt" DESC) AS "rows"
          FROM (SELECT * FROM (SELECT v."state", v."createdAt", v."takenAt", v."sizeBytes", v."keys" FROM backup v
                                WHERE target."name" IS NOT NULL AND v."tenantId" = p."tenantId" AND v."clusterId" = p."clusterId"
                                ORDER BY v."createdAt" DESC, v."id" DESC LIMIT 30) recent
                 WHERE recent."state" = 'verified' ORDER BY recent."createdAt" DESC LIMIT 6) b
      ) sized ON true
      LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_object('state', b."state", 'problem', b."problem", 'createdAt', b."createdAt")
                         ORDER BY b."createdAt" DESC) AS "rows"
          FROM (SELECT v."state", v."problem", v."createdAt" FROM backup v
                 WHERE target."name" IS NOT NULL AND v."tenantId" = p."tenantId" AND v."clusterId" = p."clusterId"
                   AND v."createdAt" > coalesce(kept."newestAskedAt", '-infinity')
                 ORDER BY v."createdAt" DESC LIMIT 20) b
      ) later ON true
      LEFT JOIN LATERAL (
        SELECT v."createdAt" FROM backup v
         WHERE target."name" IS NOT NULL AND v."tenantId" = p."tenantId" AND v."clusterId" = p."clusterId"
         ORDER BY v."createdAt", v."id" LIMIT 1
      ) first ON true
      LEFT JOIN LATERAL (
        SELECT count(*)::int AS "count" FROM backup v
         WHERE target."name" IS NOT NULL AND v."tenantId" = p."tenantId" AND v."clusterId" = p."clusterId"
           AND v."state" = 'verified' AND v."deletingAt" IS NULL AND v."takenAt" > now() - interval '24 hours'
      ) day ON true
      LEFT JOIN LATERAL (
        SELECT jsonb_build_object('state', d."state", 'problem', d."problem", 'at', coalesce(d."endedAt", d."createdAt"),
                                  'takenAt', b."takenAt") AS "row"
          FROM drill d JOIN backup b ON b."tenantId" = d."tenantId" AND b."id" = d."backupId"
         WHERE target."name" IS NOT NULL AND d."tenantId" = p."tenantId" AND d."clusterId" = p."clusterId"
           AND d."state" IN ('proven', 'disproven')
         ORDER BY d."createdAt" DESC, d."id" DESC LIMIT 1
      ) verdict ON true
      LEFT JOIN LATERAL (
        SELECT jsonb_build_object('state', d."state", 'problem', d."problem", 'at', coalesce(d."endedAt", d."createdAt"),
                                  'takenAt', NULL) AS "row"
          FROM drill d
         WHERE target."name" IS NOT NULL AND d."tenantId" = p."tenantId" AND d."clusterId" = p."clusterId"
           AND d."state" IN ('proven', 'disproven', 'not-proven')
         ORDER BY d."createdAt" DESC, d."id" DESC LIMIT 1
      ) last ON true
      LEFT JOIN LATERAL (
        SELECT coalesce(d."endedAt", d."createdAt") AS "at" FROM drill d
         WHERE target."name" IS NOT NULL AND d."tenantId" = p."tenantId" AND d."clusterId" = p."clusterId"
           AND d."state" = 'proven'
         ORDER BY d."createdAt" DESC, d."id" DESC LIMIT 1
      ) proven ON true
     WHERE p."tenantId" = ${tenantId}::uuid AND p."clusterId" = ANY(${clusterIds}::uuid[])`
}
