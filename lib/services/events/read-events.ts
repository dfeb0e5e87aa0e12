import type { LiveEvent } from '#lib/contracts/events.ts'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { JsonValue } from '#lib/tenancy/json-value.ts'

/** More than this many missed events are not told one by one: loading everything anew is cheaper. */
const missedEventsMax = 1_000

export interface NumberedEvent {
  seq: bigint
  event: LiveEvent
}

/** Where a reader stands who has seen everything up to `after`; `resync` when what it missed is gone, or it never was here. */
export interface Standing {
  headSeq: bigint
  resync: boolean
}

/** The events behind `after`, oldest first, at most `missedEventsMax`. */
export function readEvents(tenantId: string, after: bigint): Promise<NumberedEvent[]> {
  return withTenant(tenantId, (db) => eventsAfter(db, tenantId, after))
}

export async function eventsAfter(db: Db, tenantId: string, after: bigint): Promise<NumberedEvent[]> {
  const rows = await db.event.findMany({
    where: { tenantId, seq: { gt: after } },
    orderBy: { seq: 'asc' },
    take: missedEventsMax,
  })
  return rows.map(({ seq, kind, payload }) => ({
    seq,
    event: { id: seq.toString(), kind, payload: payload as Record<string, JsonValue> },
  }))
}

interface StandingRow {
  headSeq: bigint
  oldestSeq: bigint | null
}

/** Judges a reader's last id against the events that are still there. */
export async function standingOf(db: Db, tenantId: string, lastSeen: bigint | undefined): Promise<Standing> {
  const [row] = await db.$queryRaw<StandingRow[]>`
    SELECT h."seq" AS "headSeq",
           (SELECT min(e."seq") FROM event e WHERE e."tenantId" = h."tenantId") AS "oldestSeq"
      FROM event_head h WHERE h."tenantId" = ${tenantId}::uuid`
  const headSeq = row?.headSeq ?? 0n
  if (lastSeen === undefined || lastSeen === headSeq) return { headSeq, resync: false }
  const isUnknown = lastSeen > headSeq || headSeq - lastSeen > missedEventsMax
  const oldestSeq = row?.oldestSeq ?? headSeq + 1n
  return { headSeq, resync: isUnknown || oldestSeq > lastSeen + 1n }
}
