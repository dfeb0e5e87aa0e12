import type { z } from 'zod'
import type { pollEventsQuery, polledEventsView } from '#lib/contracts/events.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { eventsAfter, standingOf } from './read-events.ts'

/**
 * What the live stream tells, for readers whom streams do not reach. Without `after` it only says where the sequence stands
 * now; a reader who was away for too long is asked to load everything anew.
 */
export function pollEvents(
  { tenantId }: TenantContext,
  { after }: z.output<typeof pollEventsQuery>,
): Promise<z.input<typeof polledEventsView>> {
  const lastSeen = after === undefined ? undefined : BigInt(after)
  return withTenant(tenantId, async (db) => {
    const { headSeq, resync } = await standingOf(db, tenantId, lastSeen)
    const events = lastSeen === undefined || resync ? [] : await eventsAfter(db, tenantId, lastSeen)
    const lastId = events.at(-1)?.seq ?? headSeq
    return { events: events.map(({ event }) => event), lastId: lastId.toString(), resync }
  })
}
