import type { LiveEvent } from '#lib/contracts/events.ts'
import { liveEvent } from '#lib/contracts/events.ts'
import type { StreamMessage } from './event-stream-parser.ts'

/** What a message of the stream means to a page. */
export type LiveMessage = { type: 'event'; event: LiveEvent } | { type: 'resync' } | { type: 'access-ended' }

/** Reads one message; of a kind nobody knows, or in a shape nobody understands, it is nothing. */
export function readLiveMessage({ event, data }: StreamMessage): LiveMessage | undefined {
  if (event === 'resync' || event === 'access-ended') return { type: event }
  const parsed = liveEvent.safeParse(jsonOf(data))
  return parsed.success ? { type: 'event', event: parsed.data } : undefined
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
