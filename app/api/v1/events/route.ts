import { route } from '#lib/api/route.ts'
import { pollEventsQuery, polledEventsView } from '#lib/contracts/events.ts'
import { pollEvents } from '#lib/services/events/poll-events.ts'

export const GET = route({
  summary: 'Ask for live events behind a known id, where the stream does not get through',
  access: 'events:read',
  query: pollEventsQuery,
  response: { status: 200, schema: polledEventsView },
  handle: (ctx, { query }) => pollEvents(ctx, query),
})
