import { Worker } from 'node:worker_threads'
import { AppError } from '#lib/errors.ts'
import type { CheckOptions, SnapshotReport } from './check-snapshot-file.ts'
import type { SnapshotDifference } from './compare-snapshot-files.ts'
import type { CompareOptions } from './comparison-table.ts'

/** Where a thread finds what names groups: a function cannot be handed over, a module of ours can be loaded there. */
export interface GroupModule {
  readonly url: string
  /** Of an exported `(key: Uint8Array) => string`. */
  readonly name: string
}

export type ThreadOrder = { readonly groupModule: GroupModule | undefined } & (
  | { readonly work: 'check'; readonly path: string; readonly options: Omit<CheckOptions, 'groupOf' | 'signal'> }
  | {
      readonly work: 'compare'
      readonly paths: { readonly before: string; readonly after: string }
      readonly options: Omit<CompareOptions, 'signal'>
    }
)

export type ThreadAnswer =
  | { readonly result: SnapshotReport | SnapshotDifference }
  | {
      readonly failure: {
        readonly code: 'snapshot-damaged' | 'snapshot-unreadable'
        readonly message: string
        readonly details: AppError['details']
      }
    }

/** What JavaScript itself holds is some 20 MB, whatever the file; tables and pages lie outside and are bounded by the code. */
const memoryMaxMb = 192
/** What lives no longer than an entry is collected the sooner: it would take 32 MB of its own. */
const youngMemoryMaxMb = 8

/**
 * A thread that does one piece of work: whatever the file is made of, the caller's event loop is never held. It takes some tenths
 * of a second to come up, so whoever knows that it will be needed makes it beforehand. Disposing of it ends it.
 */
export class SnapshotThread implements AsyncDisposable {
  readonly #thread = new Worker(new URL('./snapshot-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memoryMaxMb, maxYoungGenerationSizeMb: youngMemoryMaxMb },
    env: {},
  })
  readonly #answer = Promise.withResolvers<ThreadAnswer>()

  constructor() {
    const { promise, resolve, reject } = this.#answer
    this.#thread.once('message', resolve)
    this.#thread.once('error', (error) => reject(died(error)))
    this.#thread.once('exit', () => reject(died()))
    // One that dies before anybody asks it for something is told of when somebody does.
    promise.catch(() => undefined)
  }

  /** @throws AppError `snapshot-damaged`; `snapshot-unreadable`, also where the thread dies; or the reason of the signal */
  async run(order: ThreadOrder, signal?: AbortSignal): Promise<SnapshotReport | SnapshotDifference> {
    const stop = () => this.#answer.reject(signal?.reason)
    signal?.addEventListener('abort', stop, { once: true })
    try {
      signal?.throwIfAborted()
      this.#thread.postMessage(order)
      const answer = await this.#answer.promise
      if ('result' in answer) return answer.result
      const { code, message, details } = answer.failure
      throw new AppError(code, message, { details })
    } finally {
      signal?.removeEventListener('abort', stop)
      await this[Symbol.asyncDispose]()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread.terminate()
  }
}

function died(cause?: unknown): AppError {
  return new AppError('snapshot-unreadable', 'The thread that reads a snapshot file ended without an answer', {
    cause,
    details: { reason: 'thread-ended' },
  })
}
