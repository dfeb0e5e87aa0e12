import { z } from 'zod'

/** What happened in a team, as the live stream and its polling fallback tell it. */
export const liveEvent = z.object({
  /** Decimal string, growing by one within a team; an id seen means nothing older can still appear. */
  id: z.string(),
  kind: z.string(),
  payload: z.record(z.string(), z.json()),
})
export type LiveEvent = z.infer<typeof liveEvent>

const eventId = z.string().regex(/^\d{1,19}$/, { error: 'event-id-malformed' })
export const pollEventsQuery = z.object({ after: eventId.optional() })
/** `resync` asks the reader to load everything anew: the events it missed are gone. */
export const polledEventsView = z.object({ events: z.array(liveEvent), lastId: z.string(), resync: z.boolean() })
