import { Worker } from 'node:worker_threads'
import { AppError } from '#lib/errors.ts'
import type { GroupDifference } from '#lib/snapshot-file/comparison-table.ts'

export interface ComparisonOrder {
  readonly paths: { readonly before: string; readonly after: string }
  readonly options: { readonly groupsMax: number; readonly samplesMax: number }
}

export type ComparisonAnswer =
  | { readonly groups: readonly GroupDifference[] }
  | {
      readonly failure: {
        readonly code: 'snapshot-damaged' | 'snapshot-unreadable'
        readonly message: string
        readonly details: AppError['details']
      }
    }

/** What JavaScript itself holds; tables and pages lie outside, and are bounded by the code. */
const memoryMaxMb = 192

/**
 * Compares two snapshot files in a thread of its own, as decision 0019 has it: it is a second entry into the same code, with
 * what names groups bundled in, since a module cannot be loaded by its address out of a bundle.
 *
 * @throws AppError `snapshot-damaged`; `snapshot-unreadable`, also where the thread dies; or the reason of the signal
 */
export async function compareApart(order: ComparisonOrder, signal: AbortSignal): Promise<readonly GroupDifference[]> {
  signal.throwIfAborted()
  const thread = new Worker(new URL('./comparison-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memoryMaxMb },
    env: {},
  })
  const { promise, resolve, reject } = Promise.withResolvers<ComparisonAnswer>()
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  thread.once('message', resolve)
  thread.once('error', (cause) => reject(died(cause)))
  thread.once('exit', () => reject(died(undefined)))
  thread.postMessage(order)
  try {
    const answer = await promise
    if ('groups' in answer) return answer.groups
    const { code, message, details } = answer.failure
    throw new AppError(code, message, { details })
  } finally {
    signal.removeEventListener('abort', stop)
    await thread.terminate()
  }
}

function died(cause: unknown): AppError {
  const details = { reason: 'thread-ended' }
  return new AppError('snapshot-unreadable', 'The thread that compares snapshots ended without an answer', {
    cause,
    details,
  })
}
