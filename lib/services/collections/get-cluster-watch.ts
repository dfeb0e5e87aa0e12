import { z } from 'zod'
import { clusterStates } from '#lib/contracts/clusters.ts'
import type { VerdictView } from '#lib/contracts/inspections.ts'
import { verdictView } from '#lib/contracts/inspections.ts'
import type { ClusterWatchView } from '#lib/contracts/watch.ts'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { inspections } from '#lib/inspections/index.ts'
import type { ClusterRow } from '#lib/services/clusters/cluster-rows.ts'
import { getClusterRow } from '#lib/services/clusters/cluster-rows.ts'
import { makeSettingsOf } from '#lib/services/inspections/effective-settings.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { everySecondsDefault } from './keep-collection.ts'
import { decodeFacts } from './stored-facts.ts'
import type { WidestSpread } from './watched-members.ts'
import { membersInFacts, membersInRows, spreadOf } from './watched-members.ts'

interface Which {
  readonly tenantId: string
  readonly clusterId: string
}

/**
 * A cluster as the last collection saw it and as its inspections judge it; what it was when it was brought in, before the first.
 *
 * @throws AppError `not-found`
 */
export async function getClusterWatch(
  { tenantId }: TenantContext,
  { clusterId }: { clusterId: string },
): Promise<ClusterWatchView> {
  return showWatch(await withTenant(tenantId, (db) => readWatch(db, { tenantId, clusterId })))
}

async function readWatch(db: Db, which: Which) {
  const { tenantId, clusterId } = which
  const where = { tenantId_clusterId: { tenantId, clusterId } }
  const row = await getClusterRow(db, tenantId, clusterId)
  const collection = await db.collectionState.findUnique({ where })
  const facts = await db.clusterFacts.findUnique({ where })
  return { row, collection, facts, widest: await readWidest(db, which) }
}

/** What `WidestSpread` says, in decimal digits. */
type WidestRow = Record<keyof WidestSpread, string | null>

/**
 * Of the last 24 hours; members of one collection have one time. Two numbers of 64 bits lie apart by up to 65, and members say
 * what they like.
 */
async function readWidest(db: Db, { tenantId, clusterId }: Which): Promise<WidestSpread> {
  const [widest] = await db.$queryRaw<WidestRow[]>`
    SELECT max(apart.size)::text AS "dbSizeBytes", max(apart.lag)::text AS "raftIndex", max(apart.revision)::text AS "revision"
      FROM (SELECT max("dbSizeBytes")::numeric - min("dbSizeBytes") AS size, max("raftLag") AS lag,
                   max("revision")::numeric - min("revision") AS revision
              FROM sample_raw
             WHERE "tenantId" = ${tenantId}::uuid AND "clusterId" = ${clusterId}::uuid
               AND "at" > now() - interval '24 hours'
             GROUP BY "at" HAVING count(*) > 1) AS apart`
  return {
    dbSizeBytes: toBigInt(widest?.dbSizeBytes),
    raftIndex: toBigInt(widest?.raftIndex),
    revision: toBigInt(widest?.revision),
  }
}

function toBigInt(digits: string | null | undefined): bigint | null {
  return digits == null ? null : BigInt(digits)
}

type Watch = Awaited<ReturnType<typeof readWatch>>

function showWatch({ row, collection, facts, widest }: Watch): ClusterWatchView {
  const stored = decodeFacts(facts?.facts)
  const verdicts = verdictsOf(row, facts?.verdicts)
  return {
    clusterId: row.id,
    state: clusterStates.find((state) => state === row.state) ?? 'unknown',
    verdict: quorumFinding(verdicts),
    problem: row.problem,
    etcdClusterId: row.etcdClusterId,
    isPaused: row.pausedAt !== null,
    collection: showCollection(collection, facts?.at ?? null),
    members: stored ? membersInFacts(stored) : membersInRows(row.members),
    spread: spreadOf(stored, widest),
    verdicts,
  }
}

function showCollection(row: Watch['collection'], at: Date | null): ClusterWatchView['collection'] {
  const askedAt = row?.askedAt ?? null
  return {
    everySeconds: row?.everySeconds ?? everySecondsDefault,
    at: at?.toISOString() ?? null,
    nextDueAt: row?.nextDueAt?.toISOString() ?? null,
    lateMs: row?.lateMs ?? null,
    tookMs: row?.tookMs ?? null,
    failures: row?.failures ?? 0,
    isAsked: askedAt !== null && (at === null || at < askedAt),
  }
}

/** What inspections said that are still there and still on. */
function verdictsOf({ features }: ClusterRow, column: unknown): VerdictView[] {
  const settingsOf = makeSettingsOf({ features, cluster: {}, team: {} })
  const on = new Set(inspections.filter((inspection) => settingsOf(inspection) !== null).map(({ id }) => id))
  const listed = z.array(z.unknown()).catch([]).parse(column)
  return listed.flatMap((one) => {
    const { data } = verdictView.safeParse(one)
    return data && on.has(data.inspection) ? [data] : []
  })
}

function quorumFinding(verdicts: readonly VerdictView[]): ClusterWatchView['verdict'] {
  const found = verdicts.find(({ inspection, verdict }) => inspection === 'quorum' && verdict === 'finding')
  return found?.verdict === 'finding' ? { code: found.code, evidence: found.evidence } : null
}
