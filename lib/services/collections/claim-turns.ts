import type { Db } from '#lib/db/pools.ts'
import { minuteMs, secondMs } from '#lib/time.ts'
import type { Finished } from './finished.ts'

/** A cluster nobody answers for is collected ever more rarely, but no more rarely than this, or than its own period. */
const backoffMaxMs = 5 * minuteMs
const doublingsMax = 10
/** Turns differ by up to a twentieth, so that clusters brought in together part. */
const jitter = 0.1

/**
 * Ends the turns of these collections and sets the next ones, by the database's clock: a period after this one was due, not
 * after it ended. Gives the clusters whose turn was still this one.
 */
export async function claimTurns(
  db: Db,
  tenantId: string,
  finished: readonly Finished[],
): Promise<ReadonlySet<string>> {
  const nowMs = performance.now()
  const turns = JSON.stringify(
    finished.map(({ order: { clusterId, attempt, dueAt }, collected, beganMs, tookMs }) => {
      const isAnswered = collected.isAnswered
      const ageMs = Math.round(nowMs - beganMs)
      return { clusterId, attempt, dueAt, isAnswered, ageMs, tookMs, jitter: 1 + jitter * (Math.random() - 0.5) }
    }),
  )
  const rows = await db.$queryRaw<{ clusterId: string }[]>`
    UPDATE collection_state s
       SET "claimedUntil" = NULL, "tookMs" = turn."tookMs",
           "lateMs" = greatest(0, extract(epoch FROM now() - turn."dueAt") * 1000 - turn."ageMs")::int,
           "failures" = CASE WHEN turn."isAnswered" THEN 0 ELSE s."failures" + 1 END,
           "askedAt" = CASE WHEN s."askedAt" > now() - turn."ageMs" * interval '1 ms' THEN s."askedAt" END,
           "nextDueAt" = CASE
             WHEN s."askedAt" > now() - turn."ageMs" * interval '1 ms' THEN now()
             WHEN turn."isAnswered" OR s."failures" = 0 THEN
               greatest(turn."dueAt" + s."everySeconds" * turn."jitter" * interval '1 s', now() - s."everySeconds" * interval '1 s')
             ELSE now() + turn."jitter" * least(
               s."everySeconds" * 2 ^ least(s."failures", ${doublingsMax}::int) * interval '1 s',
               greatest(${backoffMaxMs / secondMs} * interval '1 s', s."everySeconds" * interval '1 s')) END
      FROM jsonb_to_recordset(${turns}::jsonb) AS turn("clusterId" uuid, "attempt" int, "dueAt" timestamptz, "isAnswered" boolean,
                                                       "ageMs" int, "tookMs" int, "jitter" float)
     WHERE s."tenantId" = ${tenantId}::uuid AND s."clusterId" = turn."clusterId" AND s."attempt" = turn."attempt"
       AND s."claimedUntil" IS NOT NULL
    RETURNING s."clusterId"`
  return new Set(rows.map(({ clusterId }) => clusterId))
}
