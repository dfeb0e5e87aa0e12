import type { Listener } from '#lib/db/listen.ts'
import { listen } from '#lib/db/listen.ts'
import { outboxChannel } from '#lib/jobs/enqueue.ts'

/** Calls `onWork` whenever somebody has asked for work, and after each time the connection was away. */
export function listenForOutbox(onWork: () => void): Listener {
  return listen({ [outboxChannel]: onWork }, onWork)
}
