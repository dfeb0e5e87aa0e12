import type { Listener } from '#lib/db/listen.ts'
import { listen } from '#lib/db/listen.ts'
import { outboxChannel } from '#lib/jobs/enqueue.ts'
import { cancelChannel } from './announce-cancel.ts'

interface WorkHandlers {
  /** Somebody has asked for work; also called after each time the connection was away. */
  onWork: () => void
  /** Somebody wants a running job to stop. One that is missed is heard of with the next sign of life. */
  onCancel: (jobId: string) => void
}

/** Hears on one connection what is asked of workers. */
export function listenForWork({ onWork, onCancel }: WorkHandlers): Listener {
  return listen({ [outboxChannel]: onWork, [cancelChannel]: onCancel }, onWork)
}
