import { notify } from '#lib/db/notify.ts'
import { faultPoint } from '#lib/fault-points.ts'
import { outboxChannel } from '#lib/jobs/enqueue.ts'
import { log } from '#lib/log.ts'
import { processWide } from '#lib/process-wide.ts'

/** At most four notifications a second and process: each one takes a lock that all commits of the database share. */
const notifyIntervalMs = 250

interface Announcer {
  timer: NodeJS.Timeout | undefined
  flushedAtMs: number
}

const announcer = processWide('work-announcer', (): Announcer => ({ timer: undefined, flushedAtMs: 0 }))

/**
 * Wakes the relays of the outbox, at once or within 250 ms; call it after commit. What is asked for in between is told in one
 * word. A lost announcement costs a second, never a job: relays look at the outbox by themselves.
 */
export function announceWork(): void {
  const waitMs = Math.max(0, announcer.flushedAtMs + notifyIntervalMs - Date.now())
  announcer.timer ??= setTimeout(() => void flush(), waitMs)
}

async function flush(): Promise<void> {
  announcer.timer = undefined
  announcer.flushedAtMs = Date.now()
  faultPoint('before-work-notify')
  try {
    await notify(outboxChannel, [''])
  } catch (error) {
    log().warn({ err: error }, 'could not announce work; relays find it within a second')
  }
}

/** Announces at once what is still to be announced, before the process ends. */
export async function flushAnnouncedWork(): Promise<void> {
  if (announcer.timer === undefined) return
  clearTimeout(announcer.timer)
  await flush()
}
