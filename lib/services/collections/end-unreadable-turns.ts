import type { Db } from '#lib/db/pools.ts'
import type { ErrorCode } from '#lib/errors.ts'
import { minuteMs } from '#lib/time.ts'

/** A turn of a cluster nobody can be sent to. */
export interface UnreadableTurn {
  readonly clusterId: string
  readonly attempt: number
  readonly problem: ErrorCode
}

/** A key that is missing does not come back by itself. */
const againMs = 5 * minuteMs

/** Says of these clusters that nothing is known of them, and why: they must not go on looking as they were. */
export async function endUnreadableTurns(db: Db, tenantId: string, turns: readonly UnreadableTurn[]): Promise<void> {
  if (turns.length === 0) return
  const rows = JSON.stringify(turns)
  await db.$executeRaw`
    UPDATE cluster c SET "state" = 'unknown', "problem" = turn."problem", "membersUp" = 0
      FROM jsonb_to_recordset(${rows}::jsonb) AS turn("clusterId" uuid, "problem" text)
     WHERE c."tenantId" = ${tenantId}::uuid AND c."id" = turn."clusterId"`
  await db.$executeRaw`
    UPDATE collection_state s
       SET "claimedUntil" = NULL, "failures" = s."failures" + 1, "askedAt" = NULL,
           "nextDueAt" = now() + ${againMs} * interval '1 ms'
      FROM jsonb_to_recordset(${rows}::jsonb) AS turn("clusterId" uuid, "attempt" int)
     WHERE s."tenantId" = ${tenantId}::uuid AND s."clusterId" = turn."clusterId" AND s."attempt" = turn."attempt"`
}
