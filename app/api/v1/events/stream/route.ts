import { route } from '#lib/api/route.ts'
import { openEventStream } from '#lib/services/events/open-event-stream.ts'

export const GET = route({
  summary: 'Stream live events as they happen; resumes behind the header Last-Event-ID',
  access: 'events:read',
  response: { status: 200, stream: 'text/event-stream' },
  handle: (ctx) => openEventStream(ctx),
})
