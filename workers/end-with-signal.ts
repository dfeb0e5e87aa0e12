import { setTimeout as delay } from 'node:timers/promises'

/**
 * Settles as `work` does, or rejects with the signal's reason once `graceMs` have passed since its abort: work that ignores
 * its signal is abandoned, not waited for.
 */
export async function endWithSignal<T>(work: Promise<T>, signal: AbortSignal, graceMs: number): Promise<T> {
  const settled = new AbortController()
  try {
    return await Promise.race([work, abandonment(signal, { graceMs, until: settled.signal })])
  } finally {
    settled.abort()
  }
}

interface Patience {
  graceMs: number
  until: AbortSignal
}

function abandonment(signal: AbortSignal, { graceMs, until }: Patience): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = () => {
      delay(graceMs, undefined, { signal: until }).then(
        () => reject(signal.reason),
        () => undefined,
      )
    }
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true, signal: until })
  })
}
