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
 * after it ended. Whoever missed more than one, as while no worker ran, comes at some time within the next period: all at
 * once would be a burden on every etcd. Gives the clusters whose turn was still this one.
 */
export async function claimTurns(
  db: Db,
  tenantId: string,
  finished: readonly Finished[],
): Promise<ReadonlySet<string>> {
  const nowMs = performance.now()
  const turns = JSON.stringify(
    finished.map(({ order: { clusterId, attempt, dueAt, loadedMs }, collected, beganMs, tookMs }) => {
      const { isAnswered } = collected
      const ageMs = Math.round(nowMs - beganMs)
      const loadedAgoMs = Math.round(nowMs - loadedMs)
      const spread = 1 + jitter * (Math.random() - 0.5)
      return { clusterId, attempt, dueAt, isAnswered, ageMs, loadedAgoMs, tookMs, jitter: spread }
    }),
  )
  const rows = await db.$queryRaw<{ clusterId: string }[]>`
    UPDATE collection_state s
       SET "claimedUntil" = NULL, "tookMs" = turn."tookMs",
           "lateMs" = greatest(0, extract(epoch FROM now() - turn."dueAt") * 1000 - turn."ageMs")::int,
           "failures" = CASE WHEN turn."isAnswered" THEN 0 ELSE s."failures" + 1 END,
           "askedAt" = CASE WHEN s."askedAt" > now() - turn."loadedAgoMs" * interval '1 ms' THEN s."askedAt" END,
           "nextDueAt" = CASE
             WHEN s."askedAt" > now() - turn."loadedAgoMs" * interval '1 ms' THEN now()
             WHEN turn."isAnswered" OR s."failures" = 0 THEN
               CASE WHEN turn."dueAt" < now() - 2 * s."everySeconds" * interval '1 s'
                    THEN now() + random() * s."everySeconds" * interval '1 s'
                    ELSE turn."dueAt" + s."everySeconds" * turn."jitter" * interval '1 s' END
             ELSE now() + turn."jitter" * least(
               s."everySeconds" * 2 ^ least(s."failures", ${doublingsMax}::int) * interval '1 s',
               greatest(${backoffMaxMs / secondMs} * interval '1 s', s."everySeconds" * interval '1 s')) END
      FROM jsonb_to_recordset(${turns}::jsonb) AS turn("clusterId" uuid, "attempt" int, "dueAt" timestamptz, "isAnswered" boolean,
                                                       "ageMs" int, "loadedAgoMs" int, "tookMs" int, "jitter" float)
     WHERE s."tenantId" = ${tenantId}::uuid AND s."clusterId" = turn."clusterId" AND s."attempt" = turn."attempt"
       AND s."claimedUntil" IS NOT NULL
    RETURNING s."clusterId"`
  return new Set(rows.map(({ clusterId }) => clusterId))
}
