import { AppError } from '#lib/errors.ts'
import { logFailure } from '#lib/log.ts'
import { metrics } from '#lib/metrics.ts'
import { Places } from '#lib/places.ts'
import { processWide } from '#lib/process-wide.ts'
import type { Finished } from './finished.ts'
import { saveCollections } from './save-collections.ts'

/** Transactions at once: more would wait for each other in the database. */
const savesMax = 4
const rowsMax = 50

interface Waiting {
  finished: Finished
  settle: PromiseWithResolvers<void>
}

/**
 * Writes collections of one team together: while one batch is written, or waits for its turn, the next one gathers. A quiet
 * process writes at once, a busy one in larger and larger batches.
 */
class SaveQueue {
  readonly #places = new Places(savesMax)
  readonly #waiting = new Map<string, Waiting[]>()

  /** Resolves when it is written. @throws AppError `dependency-unavailable` while the database is away */
  add(tenantId: string, finished: Finished): Promise<void> {
    const settle = Promise.withResolvers<void>()
    const known = this.#waiting.get(tenantId)
    if (known) known.push({ finished, settle })
    else {
      this.#waiting.set(tenantId, [{ finished, settle }])
      void this.#drain(tenantId)
    }
    return settle.promise
  }

  async #drain(tenantId: string): Promise<void> {
    for (;;) {
      using _ = await this.#places.take(new AbortController().signal)
      const waiting = this.#waiting.get(tenantId) ?? []
      const batch = waiting.splice(0, rowsMax)
      if (batch.length === 0) {
        this.#waiting.delete(tenantId)
        return
      }
      await this.#save(tenantId, batch)
    }
  }

  /** What one of them holds that cannot be stored must not keep the others from it. */
  async #save(tenantId: string, batch: readonly Waiting[]): Promise<void> {
    const failure = await this.#write(tenantId, batch)
    if (failure === undefined) for (const { settle } of batch) settle.resolve()
    else if (batch.length > 1 && !isAway(failure)) for (const one of batch) await this.#save(tenantId, [one])
    else {
      logFailure(failure, 'a collection could not be written')
      for (const { settle } of batch) settle.reject(failure)
    }
  }

  async #write(tenantId: string, batch: readonly Waiting[]): Promise<unknown> {
    const stopTimer = metrics.collectionSaveDuration.startTimer()
    try {
      await saveCollections(
        tenantId,
        batch.map(({ finished }) => finished),
      )
      return undefined
    } catch (error) {
      return error
    } finally {
      stopTimer()
    }
  }
}

function isAway(error: unknown): boolean {
  return error instanceof AppError && error.code === 'dependency-unavailable'
}

export function saveQueue(): SaveQueue {
  return processWide('collection-saves', () => new SaveQueue())
}
