import { z } from 'zod'
import { evidence } from '#lib/contracts/evidence.ts'
import { findingSubject, inspectionIds, severities, thresholdSources } from '#lib/contracts/inspections.ts'
import type { Db } from '#lib/db/pools.ts'
import { newId } from '#lib/ids.ts'
import type { OpenFinding, Reconciled } from '#lib/inspections/reconcile.ts'
import { reconcile } from '#lib/inspections/reconcile.ts'
import { countFindings } from '#lib/services/findings/count-findings.ts'
import type { Accepted } from './finished.ts'

interface StoredFinding extends OpenFinding {
  readonly id: string
}

/** What of a collection decides about findings. */
export type JudgedCollection = Pick<Accepted, 'judged'> & {
  readonly order: Pick<Accepted['order'], 'clusterId'>
  readonly collected: Pick<Accepted['collected'], 'facts'>
}

/** Opens, keeps and resolves findings by what was judged. Gives the clusters of which anything is another than before. */
export async function writeFindings(
  db: Db,
  tenantId: string,
  accepted: readonly JudgedCollection[],
): Promise<ReadonlySet<string>> {
  const clusterIds = accepted.map(({ order }) => order.clusterId)
  const open = await readOpen(db, tenantId, clusterIds)
  const outcomes = accepted.map(({ order: { clusterId }, collected, judged }) => {
    const { at } = collected.facts
    return { clusterId, at, ...reconcile(open.get(clusterId) ?? [], judged, at) }
  })
  await openNew(db, tenantId, outcomes)
  await keepSeen(db, tenantId, outcomes)
  await changeFound(db, tenantId, outcomes)
  await resolveGone(db, tenantId, outcomes)
  const changed = outcomes.filter(
    ({ opened, changed: told, resolved }) => opened.length + told.length + resolved.length > 0,
  )
  const changedIds = changed.map(({ clusterId }) => clusterId)
  if (changedIds.length > 0) await countFindings(db, { tenantId, clusterIds: changedIds })
  return new Set(changedIds)
}

type Outcome = Reconciled<StoredFinding> & { clusterId: string; at: Date }

const storedFinding = z.object({
  id: z.uuid(),
  inspection: z.enum(inspectionIds),
  key: z.string(),
  subject: findingSubject,
  severity: z.int().transform((rank) => severities[rank - 1] ?? 'critical'),
  code: z.string(),
  source: z.enum(thresholdSources),
  evidence,
  openedAt: z.date(),
  seenAt: z.date(),
  changedAt: z.date(),
})

/** One of an inspection that this build does not know is left to those that do. */
async function readOpen(
  db: Db,
  tenantId: string,
  clusterIds: readonly string[],
): Promise<ReadonlyMap<string, readonly StoredFinding[]>> {
  const rows = await db.finding.findMany({ where: { tenantId, clusterId: { in: [...clusterIds] }, resolvedAt: null } })
  const known = rows.flatMap(({ clusterId, ...row }) => {
    const parsed = storedFinding.safeParse(row)
    return parsed.success ? [{ clusterId, finding: parsed.data }] : []
  })
  const grouped = Map.groupBy(known, ({ clusterId }) => clusterId)
  return new Map([...grouped].map(([clusterId, those]) => [clusterId, those.map(({ finding }) => finding)]))
}

async function openNew(db: Db, tenantId: string, outcomes: readonly Outcome[]): Promise<void> {
  const data = outcomes.flatMap(({ clusterId, opened }) =>
    opened.map((finding) => ({ ...columnsOf(finding), tenantId, id: newId(), clusterId, openedAt: finding.openedAt })),
  )
  if (data.length > 0) await db.finding.createMany({ data, skipDuplicates: true })
}

function columnsOf({
  inspection,
  key,
  subject,
  severity,
  code,
  source,
  evidence: told,
  seenAt,
  changedAt,
}: OpenFinding) {
  const rank = severities.indexOf(severity) + 1
  return { inspection, key, subject, severity: rank, code, source, evidence: told, seenAt, changedAt }
}

async function keepSeen(db: Db, tenantId: string, outcomes: readonly Outcome[]): Promise<void> {
  const seen = outcomes.flatMap((outcome) => outcome.seen)
  const [first] = seen
  if (!first) return
  const ids = seen.map(({ id }) => id)
  await db.finding.updateMany({ where: { tenantId, id: { in: ids } }, data: { seenAt: first.seenAt } })
}

async function changeFound(db: Db, tenantId: string, outcomes: readonly Outcome[]): Promise<void> {
  for (const { changed } of outcomes) {
    for (const { now } of changed) {
      const where = { tenantId_id: { tenantId, id: now.id } }
      await db.finding.update({ where, data: columnsOf(now) })
    }
  }
}

/** Each at the time of its own collection, by a clock that may be behind the one that opened it. */
async function resolveGone(db: Db, tenantId: string, outcomes: readonly Outcome[]): Promise<void> {
  const gone = outcomes.flatMap(({ at, resolved }) => {
    return resolved.map(({ finding: { id }, resolution }) => ({ id, resolution, at }))
  })
  if (gone.length === 0) return
  await db.$executeRaw`
    UPDATE finding f SET "resolvedAt" = greatest(f."openedAt", gone."at"), "resolution" = gone."resolution"
      FROM jsonb_to_recordset(${JSON.stringify(gone)}::jsonb) AS gone("id" uuid, "resolution" text, "at" timestamptz)
     WHERE f."tenantId" = ${tenantId}::uuid AND f."id" = gone."id"`
}
