import { notify } from '#lib/db/notify.ts'
import type { Db } from '#lib/db/pools.ts'
import { faultPoint } from '#lib/fault-points.ts'
import { log } from '#lib/log.ts'
import { processWide } from '#lib/process-wide.ts'
import type { JsonValue } from './json-value.ts'

/** Something open pages of a team should know. The payload holds ids, never values: readers ask for those themselves. */
export interface EventEntry {
  kind: string
  payload: Record<string, JsonValue>
}

/** The channel on which processes tell each other that a team has news; its payload is `<tenantId>:<seq>`. */
export const eventsChannel = 'kstone_events'

/** At most four notifications a second and team: each one takes a lock that all commits of the database share. */
const notifyIntervalMs = 250

/**
 * Appends one event to a team's live sequence. The head's row stays locked until commit, so once an id is seen nothing older
 * can still appear. Returns the event's id, which `announceEvent` tells the world after commit.
 */
export async function appendEvent(db: Db, tenantId: string, { kind, payload }: EventEntry): Promise<bigint> {
  const seq = await nextSeq(db, tenantId)
  await db.$executeRaw`
    INSERT INTO event ("tenantId", "seq", "at", "kind", "payload")
    VALUES (${tenantId}::uuid, ${seq}, now(), ${kind}, ${JSON.stringify(payload)}::jsonb)`
  return seq
}

async function nextSeq(db: Db, tenantId: string): Promise<bigint> {
  const [head] = await db.$queryRaw<{ seq: bigint }[]>`
    UPDATE event_head SET "seq" = "seq" + 1 WHERE "tenantId" = ${tenantId}::uuid RETURNING "seq"`
  if (!head) throw new Error(`Team ${tenantId} has no sequence of events: it opens with the first audit event`)
  return head.seq
}

interface Announcer {
  /** Newest unannounced id by team. */
  pending: Map<string, bigint>
  timer: NodeJS.Timeout | undefined
  flushedAtMs: number
}

const announcer = processWide(
  'event-announcer',
  (): Announcer => ({ pending: new Map(), timer: undefined, flushedAtMs: 0 }),
)

/**
 * Tells every process that a team has news, at once or within 250 ms; call it after commit. Announcements of one team in
 * between become one. A lost announcement costs seconds, never an event: readers look at the sequence by themselves.
 */
export function announceEvent(tenantId: string, seq: bigint): void {
  const newest = announcer.pending.get(tenantId)
  if (newest === undefined || newest < seq) announcer.pending.set(tenantId, seq)
  const waitMs = Math.max(0, announcer.flushedAtMs + notifyIntervalMs - Date.now())
  announcer.timer ??= setTimeout(() => void flush(), waitMs)
}

async function flush(): Promise<void> {
  const payloads = [...announcer.pending].map(([tenantId, seq]) => `${tenantId}:${seq}`)
  announcer.pending.clear()
  announcer.timer = undefined
  announcer.flushedAtMs = Date.now()
  faultPoint('before-event-notify')
  try {
    await notify(eventsChannel, payloads)
  } catch (error) {
    log().warn({ err: error }, 'could not announce live events; readers find them within seconds')
  }
}

/** Tells at once what is still to be told: before a process ends, which would wait for nobody. */
export async function flushAnnouncedEvents(): Promise<void> {
  if (announcer.timer === undefined) return
  clearTimeout(announcer.timer)
  await flush()
}
