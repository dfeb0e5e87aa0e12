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

/** A worker of the runtime, and what it was asked last. */
class KeptThread {
  readonly #thread = new Worker(new URL('./snapshot-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memoryMaxMb, maxYoungGenerationSizeMb: youngMemoryMaxMb },
    env: {},
  })
  #answer: PromiseWithResolvers<ThreadAnswer> | undefined
  #death: AppError | undefined

  constructor() {
    this.#thread.once('error', (error) => this.#die(died(error)))
    this.#thread.once('exit', () => this.#die(died()))
    this.#thread.on('message', (answer: ThreadAnswer) => {
      this.#answer?.resolve(answer)
      this.#answer = undefined
    })
  }

  /** Whether it can be asked something. */
  get isFree(): boolean {
    return !this.#death && !this.#answer
  }

  /** Rejects when it dies, or at once where it has. */
  async ask(order: ThreadOrder): Promise<ThreadAnswer> {
    if (this.#death) throw this.#death
    const answer = Promise.withResolvers<ThreadAnswer>()
    this.#answer = answer
    this.#thread.postMessage(order)
    return await answer.promise
  }

  /** A process that has nothing else to do may end while a thread rests. */
  hold(holdsProcess: boolean): void {
    if (holdsProcess) this.#thread.ref()
    else this.#thread.unref()
  }

  async end(): Promise<void> {
    await this.#thread.terminate()
  }

  #die(error: AppError): void {
    this.#death ??= error
    this.#answer?.reject(this.#death)
  }
}

/** One is kept: to come up costs a thread as much as to read 100 MB. */
let resting: KeptThread | undefined

function takeThread(): KeptThread {
  const thread = resting?.isFree ? resting : new KeptThread()
  resting = undefined
  thread.hold(true)
  return thread
}

/**
 * A thread for one piece of work: whatever the file is made of, the caller's event loop is never held. The first takes some tenths
 * of a second to come up, so whoever knows that it will be needed makes it beforehand. Disposing of it ends the work.
 */
export class SnapshotThread implements AsyncDisposable {
  #thread: KeptThread | undefined = takeThread()

  /** @throws AppError `snapshot-damaged`; `snapshot-unreadable`, also where the thread dies; or the reason of the signal */
  async run(order: ThreadOrder, signal?: AbortSignal): Promise<SnapshotReport | SnapshotDifference> {
    const aborted = Promise.withResolvers<never>()
    const stop = () => aborted.reject(signal?.reason)
    signal?.addEventListener('abort', stop, { once: true })
    try {
      signal?.throwIfAborted()
      if (!this.#thread) throw died()
      const answer = await Promise.race([this.#thread.ask(order), aborted.promise])
      if ('result' in answer) return answer.result
      const { code, message, details } = answer.failure
      throw new AppError(code, message, { details })
    } finally {
      signal?.removeEventListener('abort', stop)
      await this[Symbol.asyncDispose]()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const thread = this.#thread
    this.#thread = undefined
    if (!thread) return
    if (!thread.isFree || resting?.isFree) return await thread.end()
    thread.hold(false)
    resting = thread
  }
}

function died(cause?: unknown): AppError {
  return new AppError('snapshot-unreadable', 'The thread that reads a snapshot file ended without an answer', {
    cause,
    details: { reason: 'thread-ended' },
  })
}
