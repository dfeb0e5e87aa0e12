import { withTenant } from '#lib/db/tenant.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { LiveStream } from './live-stream.ts'
import { standingOf } from './read-events.ts'
import { streamHub } from './stream-hub.ts'
import { leavePlace, takePlace } from './stream-places.ts'

/** An id nobody ever had: whoever sends something else than an id is asked to load everything anew. */
const unknownId = 2n ** 63n - 1n

/**
 * Opens the live stream of a team: `hello` with the newest id for a reader who is new, the missed events for one who names
 * the last id it saw, `resync` when those are gone. Throws `quota-exceeded` when the team has too many open.
 */
export async function openEventStream(ctx: TenantContext): Promise<{ body: ReadableStream<Uint8Array> }> {
  const hub = streamHub()
  const stream = new LiveStream(ctx, (ended) => hub.remove(ended))
  await takePlace(stream, { limit: ctx.quotas['live-streams'], openHere: hub.countOf(ctx.tenantId) })
  try {
    await begin(stream, ctx)
  } catch (error) {
    await leavePlace(stream)
    throw error
  }
  hub.add(stream)
  if (stream.hasEnded) hub.remove(stream)
  return { body: stream.body }
}

async function begin(stream: LiveStream, ctx: TenantContext): Promise<void> {
  const lastSeen = lastSeenOf(ctx)
  const { headSeq, resync } = await withTenant(ctx.tenantId, (db) => standingOf(db, ctx.tenantId, lastSeen))
  if (resync) stream.resync(headSeq)
  else if (lastSeen === undefined) stream.hello(headSeq)
  else stream.cursor = lastSeen
}

function lastSeenOf({ lastEventId }: TenantContext): bigint | undefined {
  if (lastEventId === undefined || lastEventId === '') return undefined
  return /^\d{1,18}$/.test(lastEventId) ? BigInt(lastEventId) : unknownId
}
