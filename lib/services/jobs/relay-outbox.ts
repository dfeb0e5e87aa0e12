import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import { faultPoint } from '#lib/fault-points.ts'
import type { Publication } from '#lib/queue/publish-jobs.ts'
import { secondMs } from '#lib/time.ts'
import { findSlots } from './find-slots.ts'
import { handToQueues } from './hand-to-queues.ts'

/** Rows a round takes; one round is one short transaction and one round trip to Redis. */
const rowsPerRound = 200
/** A row whose relay died between claiming and publishing is claimed again after this. */
const claimMs = 10 * secondMs

interface OutboxRow extends Publication {
  /** False for an attempt that is over already: its relay died between publishing it and forgetting the row. */
  isLive: boolean
}

/**
 * Publishes what is due in the outbox. No team has more jobs in the queues and running than its limit; teams take turns, the
 * one with the fewest first, and of one team's jobs the most urgent and oldest go first. Safe in any number of workers at
 * once: a row is claimed by one of them, published outside the transaction, and gone only then. Gives how many rows it took;
 * call again while it is a full round. Throws `dependency-unavailable` while Redis is away, having put the rows back.
 */
export async function relayOutbox(): Promise<{ count: number; isFullRound: boolean }> {
  faultPoint('before-relay-claim')
  const { rows, hasMore } = await claimRows()
  if (rows.length === 0) return { count: 0, isFullRound: hasMore }
  faultPoint('after-relay-claim')
  try {
    await handToQueues(rows.filter(({ isLive }) => isLive))
  } catch (error) {
    await releaseRows(rows)
    throw new AppError('dependency-unavailable', `${rows.length} jobs could not be handed to the queue`, {
      cause: error,
    })
  }
  faultPoint('after-relay-publish')
  await settleRows(rows)
  faultPoint('after-relay-settle')
  return { count: rows.length, isFullRound: hasMore || rows.length === rowsPerRound }
}

/** One relay counts at a time: two that count the same free places would fill them twice. */
function claimRows(): Promise<{ rows: OutboxRow[]; hasMore: boolean }> {
  return withSystem(async (db) => {
    await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('kstone-relay', 0))`
    const { slots, kinds, hasMore } = await findSlots(db)
    if (slots.length === 0) return { rows: [], hasMore }
    const rows = await db.$queryRaw<OutboxRow[]>`
      WITH due AS (
        SELECT o.*, slot."inFlight" + row_number() OVER (PARTITION BY slot."tenantId" ORDER BY o."priority", o."dueAt") AS "rank"
          FROM jsonb_to_recordset(${JSON.stringify(slots)}::jsonb) AS slot("tenantId" uuid, "free" int, "inFlight" int)
         CROSS JOIN LATERAL (
                SELECT "tenantId", "jobId", "attempt", "priority", "dueAt" FROM outbox
                 WHERE "tenantId" = slot."tenantId" AND "dueAt" <= now() AND "kind" = ANY(${kinds}::text[])
                 ORDER BY "priority", "dueAt" LIMIT slot."free") AS o
         ORDER BY "rank", o."dueAt" LIMIT ${rowsPerRound}),
      claimed AS (
        UPDATE outbox o SET "dueAt" = now() + ${claimMs} * interval '1 ms' FROM due
         WHERE o."tenantId" = due."tenantId" AND o."jobId" = due."jobId" AND o."attempt" = due."attempt"
     RETURNING o."tenantId", o."jobId", o."attempt", o."kind", o."priority", due."rank"::int AS "rank"),
      live AS (
        UPDATE job j SET "publishedAt" = now() FROM claimed c
         WHERE j."tenantId" = c."tenantId" AND j."id" = c."jobId" AND j."attempt" = c."attempt" AND j."state" = 'queued'
     RETURNING j."tenantId", j."id")
      SELECT c.*, l."id" IS NOT NULL AS "isLive"
        FROM claimed c LEFT JOIN live l ON l."tenantId" = c."tenantId" AND l."id" = c."jobId"`
    return { rows, hasMore }
  })
}

/** What is put back is due again; due rows hold no place. */
async function releaseRows(rows: readonly OutboxRow[]): Promise<void> {
  const claimed = JSON.stringify(rows)
  await withSystem(
    (db) => db.$executeRaw`
      UPDATE outbox o SET "dueAt" = now()
        FROM jsonb_to_recordset(${claimed}::jsonb) AS c("tenantId" uuid, "jobId" uuid, "attempt" int)
       WHERE o."tenantId" = c."tenantId" AND o."jobId" = c."jobId" AND o."attempt" = c."attempt"`,
  )
}

/** The job's own row now stands for the work: whoever looks for lost jobs counts from this moment. */
async function settleRows(rows: readonly OutboxRow[]): Promise<void> {
  const claimed = JSON.stringify(rows)
  await withSystem(async (db) => {
    await db.$executeRaw`
      DELETE FROM outbox o USING jsonb_to_recordset(${claimed}::jsonb) AS c("tenantId" uuid, "jobId" uuid, "attempt" int)
       WHERE o."tenantId" = c."tenantId" AND o."jobId" = c."jobId" AND o."attempt" = c."attempt"`
    await db.$executeRaw`
      UPDATE job j SET "seenAt" = now()
        FROM jsonb_to_recordset(${claimed}::jsonb) AS c("tenantId" uuid, "jobId" uuid, "attempt" int)
       WHERE j."tenantId" = c."tenantId" AND j."id" = c."jobId" AND j."attempt" = c."attempt" AND j."state" = 'queued'`
  })
}
