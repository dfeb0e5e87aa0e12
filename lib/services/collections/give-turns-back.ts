import type { Db } from '#lib/db/pools.ts'
import type { LoadedOrder } from './load-orders.ts'

/** Ends turns that nothing came of: they come again after `pauseMs`, here or elsewhere. Those taken over by somebody stay theirs. */
export async function giveTurnsBack(
  db: Db,
  tenantId: string,
  { orders, pauseMs }: { orders: readonly LoadedOrder[]; pauseMs: number },
): Promise<void> {
  if (orders.length === 0) return
  const turns = JSON.stringify(orders.map(({ clusterId, attempt }) => ({ clusterId, attempt })))
  await db.$executeRaw`
    UPDATE collection_state s SET "claimedUntil" = NULL, "nextDueAt" = now() + ${pauseMs} * interval '1 ms'
      FROM jsonb_to_recordset(${turns}::jsonb) AS turn("clusterId" uuid, "attempt" int)
     WHERE s."tenantId" = ${tenantId}::uuid AND s."clusterId" = turn."clusterId" AND s."attempt" = turn."attempt"
       AND s."claimedUntil" IS NOT NULL`
}
