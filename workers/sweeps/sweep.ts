import { setTimeout as delay } from 'node:timers/promises'
import { log, logFailure, withLogContext } from '#lib/log.ts'
import { metrics } from '#lib/metrics.ts'

/** Work that nobody asks for: done again and again, in every worker at once, each round in short transactions. */
export interface Sweep {
  name: string
  everyMs: number
  /** One round. True asks for the next one at once, because there is more to do. */
  run(signal: AbortSignal): Promise<boolean>
}

/** Pauses differ by up to a fifth, so that workers started together do not stay together. */
const jitter = 0.2

/**
 * Runs a sweep until `signal` is aborted. A round that fails is logged, and the next one comes all the same. The alarm ends a
 * pause early.
 */
export async function runSweep(sweep: Sweep, signal: AbortSignal, alarm = new Alarm()): Promise<void> {
  await withLogContext({ actor: 'system' }, async () => {
    let wasWell = true
    while (!signal.aborted) {
      const { hasMore, isWell } = await runRound(sweep, { signal, wasWell })
      wasWell = isWell
      if (!hasMore) await alarm.sleep(sweep.everyMs * (1 + jitter * (Math.random() - 0.5)), signal)
    }
  })
}

/** Of failures in a row only the first is a line in the log: the same cause once a second helps nobody. */
async function runRound({ name, run }: Sweep, { signal, wasWell }: { signal: AbortSignal; wasWell: boolean }) {
  const stopTimer = metrics.sweepDuration.startTimer({ sweep: name })
  try {
    const hasMore = await run(signal)
    if (!wasWell) log().info({ sweep: name }, 'the sweep is well again')
    return { hasMore, isWell: true }
  } catch (error) {
    if (wasWell && !signal.aborted) logFailure(error, `the sweep ${name} failed and is tried again`)
    return { hasMore: false, isWell: false }
  } finally {
    stopTimer()
  }
}

/** Lets somebody else end a sweep's pause. */
export class Alarm {
  #ring = new AbortController()
  #timer: NodeJS.Timeout | undefined

  ring(): void {
    this.#ring.abort()
  }

  /** Rings once for all who ask until `pauseMs` have passed. */
  ringSoon(pauseMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.ring()
    }, pauseMs).unref()
  }

  async sleep(durationMs: number, signal: AbortSignal): Promise<void> {
    await delay(durationMs, undefined, { signal: AbortSignal.any([signal, this.#ring.signal]) }).catch(() => undefined)
    this.#ring = new AbortController()
  }
}
