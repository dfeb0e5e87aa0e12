import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { log } from '#lib/log.ts'

interface RollUp {
  source: string
  target: string
  /** Column of the source that says when its looks were made. */
  seenAt: 'at' | 'seenAt'
  /** SQL intervals. */
  bucket: string
  /** Of how long a time one statement sums up: what 10,000 clusters store in it takes a few seconds. */
  spanMax: string
  /** SQL for the end of what is complete. */
  completeUntil: string
}

/** Rows that come later than this after the end of their bucket stay in the raw samples and nowhere else. */
const lateMax = '2 minutes'

const rollUps: readonly RollUp[] = [
  {
    source: 'sample_raw',
    target: 'sample_5m',
    seenAt: 'at',
    bucket: '5 minutes',
    spanMax: '15 minutes',
    completeUntil: `now() - interval '${lateMax}'`,
  },
  {
    source: 'sample_5m',
    target: 'sample_1h',
    seenAt: 'seenAt',
    bucket: '1 hour',
    spanMax: '1 hour',
    completeUntil: `(SELECT "doneUntil" FROM sample_rollup WHERE "target" = 'sample_5m')`,
  },
]

/**
 * One round of summing up: the next closed 5 minutes of raw samples, and the next closed hours of those. The mark and what was
 * summed up are written in one transaction, so a crash leaves both as they were; a mark another worker holds is left to it.
 * Gives how many marks moved: more than 0 asks for another round.
 */
export async function rollUpSamples(signal: AbortSignal): Promise<number> {
  let moved = 0
  for (const rollUp of rollUps) {
    signal.throwIfAborted()
    if (await sumUpNext(rollUp)) moved += 1
  }
  return moved
}

/** What cannot be summed up in one go in the time a statement has is summed up bucket by bucket: the mark must move on. */
async function sumUpNext(rollUp: RollUp): Promise<boolean> {
  try {
    return await withSystem((db) => sumUp(db, rollUp))
  } catch (error) {
    log().warn({ err: error, target: rollUp.target }, 'samples are summed up in smaller steps')
    return await withSystem((db) => sumUp(db, { ...rollUp, spanMax: rollUp.bucket }))
  }
}

interface Span {
  start: Date
  end: Date
}

async function sumUp(db: Db, rollUp: RollUp): Promise<boolean> {
  const span = await lockNext(db, rollUp)
  if (span === undefined || span.end <= span.start) return false
  await db.$executeRawUnsafe(sumOf(rollUp), span.start, span.end)
  await db.$executeRaw`UPDATE sample_rollup SET "doneUntil" = ${span.end} WHERE "target" = ${rollUp.target}`
  return true
}

async function lockNext(db: Db, { target, bucket, spanMax, completeUntil }: RollUp): Promise<Span | undefined> {
  const [span] = await db.$queryRawUnsafe<Span[]>(
    `SELECT "doneUntil" AS "start",
            date_bin('${bucket}', least("doneUntil" + interval '${spanMax}', ${completeUntil}), 'epoch') AS "end"
       FROM sample_rollup WHERE "target" = $1 FOR UPDATE SKIP LOCKED`,
    target,
  )
  return span
}

/**
 * Cluster by cluster, since samples lie in that order: the table of raw samples has no index by time alone, and reading a day
 * of it for five minutes would not do. Names and intervals come from the list above, never from a caller.
 */
function sumOf({ source, target, bucket, seenAt }: RollUp): string {
  return `
    INSERT INTO ${target} ("tenantId", "clusterId", "memberId", "at", "seenAt", "samples", "dbSizeBytes", "dbInUseBytes",
                           "revision", "raftLag", "latencyMs", "latencyMaxMs")
    SELECT c."tenantId", c."clusterId", s.* FROM collection_state c CROSS JOIN LATERAL (
      SELECT "memberId", date_bin('${bucket}', "at", 'epoch'), max("${seenAt}"), sum("samples"), max("dbSizeBytes"),
             max("dbInUseBytes"), max("revision"), max("raftLag"), sum("latencyMs" * "samples") / sum("samples"),
             max("latencyMaxMs")
        FROM ${source} WHERE "tenantId" = c."tenantId" AND "clusterId" = c."clusterId" AND "at" >= $1 AND "at" < $2
       GROUP BY 1, 2) AS s
    ON CONFLICT ("tenantId", "clusterId", "at", "memberId") DO UPDATE SET
      "seenAt" = excluded."seenAt", "samples" = excluded."samples", "dbSizeBytes" = excluded."dbSizeBytes",
      "dbInUseBytes" = excluded."dbInUseBytes", "revision" = excluded."revision", "raftLag" = excluded."raftLag",
      "latencyMs" = excluded."latencyMs", "latencyMaxMs" = excluded."latencyMaxMs"`
}
