import { AppError } from '#lib/errors.ts'
import { FairQueue } from '#lib/fair-queue.ts'
import { metrics } from '#lib/metrics.ts'
import { processWide } from '#lib/process-wide.ts'
import { clientNetwork } from './client-network.ts'

const limits = {
  /** Each hash takes 64 MiB and a thread of libuv's four for about 0.1 s; more at once would only take memory. */
  atOnceMax: 4,
  /** Some 3 s of work on two cores: who waits longer has given up or is an attacker. */
  waitingMax: 64,
  /** An office that comes to work at once; a network that wants more comes again in 2 s. */
  waitingPerPartyMax: 8,
}
const retryAfterSeconds = 2

const queue = processWide('password-hashes', () => new FairQueue(limits))

/**
 * Runs a password computation when the turn of the network behind `ip` has come: at most 4 at once and 64 waiting in this
 * process, 8 of them from one network. A full queue turns away those who fill it, never a network with less in it.
 *
 * @throws AppError `rate-limited`, also after some waiting
 */
export async function inHashQueue<T>(ip: string, work: () => Promise<T>): Promise<T> {
  if (!(await queue.takeTurn(clientNetwork(ip)))) {
    throw new AppError('rate-limited', 'Too many passwords from one network are being checked at once', {
      details: { retryAfterSeconds },
    })
  }
  metrics.passwordHashesInProgress.inc()
  try {
    return await work()
  } finally {
    metrics.passwordHashesInProgress.dec()
    queue.giveTurn()
  }
}
