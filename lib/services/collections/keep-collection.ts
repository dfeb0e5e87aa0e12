import type { Db } from '#lib/db/pools.ts'
import { wakeWorkers } from '#lib/jobs/enqueue.ts'

interface Collected {
  tenantId: string
  clusterId: string
}

/**
 * Has a cluster collected from now on, or not while it is paused; called again when its pause may have changed. A pause fences
 * a collection that is under way, and takes back a wish for one.
 */
export async function keepCollection(
  db: Db,
  { tenantId, clusterId, pausedAt }: Collected & { pausedAt: Date | null },
): Promise<void> {
  const isPaused = pausedAt !== null
  await db.$executeRaw`
    INSERT INTO collection_state AS kept ("tenantId", "clusterId", "shard", "nextDueAt")
    VALUES (${tenantId}::uuid, ${clusterId}::uuid, (hashtextextended(${clusterId}::uuid::text, 0) & 9223372036854775807) % 32,
            CASE WHEN ${isPaused} THEN NULL ELSE now() END)
    ON CONFLICT ("tenantId", "clusterId") DO UPDATE SET
      "nextDueAt" = CASE WHEN ${isPaused} THEN NULL ELSE coalesce(kept."nextDueAt", now()) END,
      "attempt" = kept."attempt" + CASE WHEN ${isPaused} AND kept."nextDueAt" IS NOT NULL THEN 1 ELSE 0 END,
      "claimedUntil" = CASE WHEN ${isPaused} THEN NULL ELSE kept."claimedUntil" END,
      "askedAt" = CASE WHEN ${isPaused} THEN NULL ELSE kept."askedAt" END`
  wakeWorkers(db)
}

/**
 * Has a cluster collected at once by its new way, unless it is paused, and asked for everything: who looks may be let in
 * where the one before was not. What is under way by the old one is fenced: nobody waits for it.
 */
export async function collectAnew(db: Db, { tenantId, clusterId }: Collected): Promise<void> {
  await db.$executeRaw`
    UPDATE collection_state
       SET "nextDueAt" = now(), "askedAt" = coalesce("askedAt", now()), "claimedUntil" = NULL, "attempt" = "attempt" + 1
     WHERE "tenantId" = ${tenantId}::uuid AND "clusterId" = ${clusterId}::uuid AND "nextDueAt" IS NOT NULL`
  wakeWorkers(db)
}

/**
 * Has a cluster collected at once, unless it is paused, because it is judged by something else. A collection that is under way
 * is waited for: it is judged by what holds when it ends, and two at a time would ask the cluster for too much.
 */
export async function collectNow(db: Db, { tenantId, clusterId }: Collected): Promise<void> {
  await db.$executeRaw`
    UPDATE collection_state SET "nextDueAt" = now()
     WHERE "tenantId" = ${tenantId}::uuid AND "clusterId" = ${clusterId}::uuid AND "nextDueAt" > now()
       AND coalesce("claimedUntil" <= now(), true)`
  wakeWorkers(db)
}

/** Has all clusters of a team collected within a minute, spread over it, because all of them are judged by something else. */
export async function collectAllSoon(db: Db, tenantId: string): Promise<void> {
  await db.$executeRaw`
    UPDATE collection_state SET "nextDueAt" = least("nextDueAt", now() + random() * interval '1 minute')
     WHERE "tenantId" = ${tenantId}::uuid AND "nextDueAt" > now() AND coalesce("claimedUntil" <= now(), true)`
  wakeWorkers(db)
}

/** The one of the column. */
export const everySecondsDefault = 60

/** How often a cluster is collected, in seconds. */
export async function periodOf(db: Db, { tenantId, clusterId }: Collected): Promise<number> {
  const where = { tenantId_clusterId: { tenantId, clusterId } }
  const row = await db.collectionState.findUnique({ where, select: { everySeconds: true } })
  return row?.everySeconds ?? everySecondsDefault
}

/** Has a cluster collected that often from now on; the next time no later than that. */
export async function changePeriod(
  db: Db,
  { tenantId, clusterId, everySeconds }: Collected & { everySeconds: number },
): Promise<void> {
  await db.$executeRaw`
    UPDATE collection_state
       SET "everySeconds" = ${everySeconds},
           "nextDueAt" = CASE WHEN "nextDueAt" IS NULL OR "claimedUntil" > now() THEN "nextDueAt"
                              ELSE least("nextDueAt", now() + ${everySeconds} * interval '1 s') END
     WHERE "tenantId" = ${tenantId}::uuid AND "clusterId" = ${clusterId}::uuid`
  wakeWorkers(db)
}
