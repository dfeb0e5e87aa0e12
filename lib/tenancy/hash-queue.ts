import { AppError } from '#lib/errors.ts'
import { metrics } from '#lib/metrics.ts'
import { processWide } from '#lib/process-wide.ts'

/** Each hash takes 64 MiB and a thread of libuv's four for about 0.1 s; more at once would only take memory. */
const hashesAtOnceMax = 4
/** Some 3 s of work on two cores: who waits longer has given up or is an attacker. */
const waitingMax = 64
const retryAfterSeconds = 2

const queue = processWide('password-hashes', () => ({ running: 0, waiting: [] as (() => void)[] }))

/**
 * Runs a password computation when its turn has come: at most 4 at once and 64 waiting in this process.
 *
 * @throws AppError `rate-limited` when the queue is full
 */
export async function inHashQueue<T>(work: () => Promise<T>): Promise<T> {
  await takeTurn()
  metrics.passwordHashesInProgress.inc()
  try {
    return await work()
  } finally {
    metrics.passwordHashesInProgress.dec()
    giveTurn()
  }
}

async function takeTurn(): Promise<void> {
  if (queue.running < hashesAtOnceMax) {
    queue.running += 1
    return
  }
  if (queue.waiting.length >= waitingMax) {
    throw new AppError('rate-limited', 'Too many passwords are being checked at once', {
      details: { retryAfterSeconds },
    })
  }
  await new Promise<void>((resolve) => queue.waiting.push(resolve))
}

/** The turn passes to the next in line without becoming free in between. */
function giveTurn(): void {
  const next = queue.waiting.shift()
  if (next) next()
  else queue.running -= 1
}
