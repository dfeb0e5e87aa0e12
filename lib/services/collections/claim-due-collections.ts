import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import type { CollectionBatch } from '#lib/queue/collections.ts'
import { publishCollections } from '#lib/queue/collections.ts'
import { secondMs } from '#lib/time.ts'

/** A collection that has not been written by then is taken for lost, and is due again. */
const claimMs = 60 * secondMs
/** How many of a shard wait or run at once: enough to keep its worker busy until the next round, and no queue to speak of. */
const perShardMax = 8
/** Those that were slow last time, or never collected so far, cost seconds of waiting and little else. */
const slowPerShardMax = 16
/** Of all teams together as many fit into the slow places of one worker; one team leaves some of them to the others. */
const slowPerTeamMax = 40
/** A cluster of which one member hangs takes longer than this. */
const slowMs = secondMs
const batchMax = 50

interface Claimed {
  tenantId: string
  clusterId: string
  shard: number
  attempt: number
  dueAt: Date
  isSlow: boolean
}

/**
 * Hands due collections to the workers that hold their shards, by the database's clock: what somebody asked for first, then
 * each team's first before any team's second. Of two sweeps each row is claimed by one. While Redis is away nothing stays
 * claimed. Gives how many were handed over.
 */
export async function claimDueCollections(): Promise<number> {
  const claimed = await withSystem(claimDue)
  const shards = [...Map.groupBy(claimed, ({ shard }) => shard)]
  const handing = await Promise.allSettled(shards.map(([shard, rows]) => publishCollections(shard, toBatches(rows))))
  const failed = handing.flatMap((outcome, index) => (outcome.status === 'rejected' ? [{ outcome, index }] : []))
  if (failed.length > 0) {
    const lost = failed.flatMap(({ index }) => shards[index]?.[1] ?? [])
    await withSystem((db) => giveBack(db, lost))
    throw failed[0]?.outcome.reason
  }
  return claimed.length
}

function claimDue(db: Db): Promise<Claimed[]> {
  return db.$queryRaw<Claimed[]>`
    WITH busy AS (
      SELECT "shard", coalesce("tookMs" > ${slowMs}::int, true) OR "failures" > 0 AS "isSlow", count(*) AS taken
        FROM collection_state
       WHERE "claimedUntil" > now() GROUP BY 1, 2
    ), slow AS (
      SELECT "tenantId", count(*) AS taken FROM collection_state
       WHERE "claimedUntil" > now() AND (coalesce("tookMs" > ${slowMs}::int, true) OR "failures" > 0) GROUP BY 1
    ), due AS (
      SELECT s."tenantId", s."clusterId", s."shard", coalesce(s."tookMs" > ${slowMs}::int, true) OR s."failures" > 0 AS "isSlow",
             s."askedAt", s."nextDueAt",
             row_number() OVER (PARTITION BY s."tenantId", coalesce(s."tookMs" > ${slowMs}::int, true) OR s."failures" > 0
                                ORDER BY s."askedAt" IS NULL, s."nextDueAt") AS turn
        FROM collection_state s JOIN tenant t ON t."id" = s."tenantId"
       WHERE s."nextDueAt" <= now() AND t."closingAt" IS NULL
    ), allowed AS (
      SELECT due.* FROM due LEFT JOIN slow ON slow."tenantId" = due."tenantId"
       WHERE NOT due."isSlow" OR due.turn + coalesce(slow.taken, 0) <= ${slowPerTeamMax}::int
    ), ranked AS (
      SELECT due.*, coalesce(busy.taken, 0)
                    + row_number() OVER (PARTITION BY due."shard", due."isSlow"
                                         ORDER BY due."askedAt" IS NULL, due.turn, due."nextDueAt") AS place
        FROM allowed AS due LEFT JOIN busy ON busy."shard" = due."shard" AND busy."isSlow" = due."isSlow"
    ), picked AS (
      SELECT s."tenantId", s."clusterId", s."nextDueAt" AS "dueAt", ranked."isSlow"
        FROM ranked JOIN collection_state s ON s."tenantId" = ranked."tenantId" AND s."clusterId" = ranked."clusterId"
       WHERE ranked.place <= CASE WHEN ranked."isSlow" THEN ${slowPerShardMax}::int ELSE ${perShardMax}::int END
         AND s."nextDueAt" <= now()
         FOR UPDATE OF s SKIP LOCKED
    )
    UPDATE collection_state s
       SET "attempt" = s."attempt" + 1, "nextDueAt" = now() + ${claimMs} * interval '1 ms',
           "claimedUntil" = now() + ${claimMs} * interval '1 ms'
      FROM picked
     WHERE s."tenantId" = picked."tenantId" AND s."clusterId" = picked."clusterId"
    RETURNING s."tenantId", s."clusterId", s."shard", s."attempt", picked."dueAt", picked."isSlow"`
}

function toBatches(rows: readonly Claimed[]): CollectionBatch[] {
  const groups = Map.groupBy(rows, ({ tenantId, isSlow }) => `${tenantId} ${isSlow}`)
  return [...groups.values()].flatMap((group) =>
    chunksOf(group, batchMax).flatMap((chunk) => {
      const [first] = chunk
      if (!first) return []
      const clusters = chunk.map(({ clusterId, attempt, dueAt }) => ({
        clusterId,
        attempt,
        dueAt: dueAt.toISOString(),
      }))
      return [{ tenantId: first.tenantId, isSlow: first.isSlow, clusters }]
    }),
  )
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}

/** Nobody heard of them: they are due as they were. */
async function giveBack(db: Db, claimed: readonly Claimed[]): Promise<void> {
  const rows = JSON.stringify(claimed)
  await db.$executeRaw`
    UPDATE collection_state s SET "nextDueAt" = back."dueAt", "claimedUntil" = NULL
      FROM jsonb_to_recordset(${rows}::jsonb) AS back("tenantId" uuid, "clusterId" uuid, "attempt" int, "dueAt" timestamptz)
     WHERE s."tenantId" = back."tenantId" AND s."clusterId" = back."clusterId" AND s."attempt" = back."attempt"`
}
