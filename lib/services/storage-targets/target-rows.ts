import { z } from 'zod'
import type { TargetView } from '#lib/contracts/storage-targets.ts'
import { probeStepView, s3Settings, targetKinds } from '#lib/contracts/storage-targets.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'

export type TargetRow = Awaited<ReturnType<typeof getTargetRow>>

const kind = z.enum(targetKinds)
const capabilities = z.record(z.string(), z.boolean()).catch({})
const probe = z.array(probeStepView).catch([])

/** @throws AppError `not-found` for an id that is unknown, or another team's */
export async function getTargetRow(db: Db, tenantId: string, targetId: string) {
  const row = await db.storageTarget.findUnique({ where: { tenantId_id: { tenantId, id: targetId } } })
  if (!row) throw new AppError('not-found', `Team ${tenantId} has no storage target ${targetId}`)
  return row
}

/** The same, with nobody else changing it until the transaction ends. */
export async function lockTarget(db: Db, tenantId: string, targetId: string): Promise<TargetRow> {
  await db.$queryRaw`
    SELECT 1 FROM storage_target WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${targetId}::uuid FOR UPDATE`
  return await getTargetRow(db, tenantId, targetId)
}

/** What lies in each of some targets. */
export interface Holdings {
  backups: number
  storedBytes: bigint
  missing: number
  orphans: number
}

const none: Holdings = { backups: 0, storedBytes: 0n, missing: 0, orphans: 0 }

export async function readHoldings(
  db: Db,
  tenantId: string,
  targetIds: readonly string[],
): Promise<Map<string, Holdings>> {
  const rows = await db.$queryRaw<({ targetId: string } & Holdings)[]>`
    SELECT t."id" AS "targetId",
           (SELECT count(*) FROM storage_orphan o WHERE o."tenantId" = t."tenantId" AND o."targetId" = t."id")::int AS orphans,
           count(b."id") FILTER (WHERE b."state" <> 'missing')::int AS backups,
           coalesce(sum(b."storedBytes") FILTER (WHERE b."state" <> 'missing'), 0)::bigint AS "storedBytes",
           count(b."id") FILTER (WHERE b."state" = 'missing')::int AS missing
      FROM storage_target t
      LEFT JOIN backup b ON b."tenantId" = t."tenantId" AND b."targetId" = t."id" AND b."objectKey" <> ''
       AND b."deletedAt" IS NULL AND b."state" IN ('verified', 'unverified', 'missing')
     WHERE t."tenantId" = ${tenantId}::uuid AND t."id" = ANY(${[...targetIds]}::uuid[])
     GROUP BY t."tenantId", t."id"`
  return new Map(rows.map(({ targetId, ...holdings }) => [targetId, holdings]))
}

export function showTarget(row: TargetRow, holdings: Holdings = none): TargetView {
  const { id, name, isDefault, isEncrypted, problem, probedAt, reconciledAt, createdAt } = row
  const settings = s3Settings.safeParse(row.settings)
  return {
    id,
    name,
    kind: kind.parse(row.kind),
    settings: settings.success ? settings.data : null,
    isDefault,
    isEncrypted,
    capabilities: capabilities.parse(row.capabilities),
    probe: probe.parse(row.probe),
    problem,
    probedAt: probedAt?.toISOString() ?? null,
    comparedAt: reconciledAt?.toISOString() ?? null,
    backups: holdings.backups,
    storedBytes: Number(holdings.storedBytes),
    missing: holdings.missing,
    orphans: holdings.orphans,
    createdAt: createdAt.toISOString(),
  }
}

/** Where a target is, in words: `s3://bucket/prefix at https://minio.example.com`. */
export async function placeOfTarget(
  db: Db,
  { tenantId, targetId }: { tenantId: string; targetId: string },
): Promise<string> {
  const { kind: form, settings: stored } = await getTargetRow(db, tenantId, targetId)
  const settings = s3Settings.safeParse(stored).data
  if (form === 'directory' || !settings) return form
  const { bucket, prefix, endpoint } = settings
  return `s3://${bucket}/${prefix}${endpoint === undefined ? '' : ` at ${endpoint}`}`
}
