import { setTimeout as sleep } from 'node:timers/promises'
import type { ErrorCode } from '#lib/errors.ts'
import { AppError } from '#lib/errors.ts'
import { secondMs } from '#lib/time.ts'
import type { StoreLimits } from './store-limits.ts'

interface RetryOptions {
  readonly limits: StoreLimits
  readonly signal?: AbortSignal | undefined
}

/** What passes by itself; a name that is not known or a certificate that is not trusted does not. */
const passing: readonly ErrorCode[] = [
  'storage-unavailable',
  'storage-slow-down',
  'storage-bad-answer',
  'timed-out',
  'connection-refused',
  'connection-timed-out',
  'connection-reset',
  'host-unreachable',
  'name-lookup-failed',
]

/** Of these it is known that nothing was done. */
const clear: readonly ErrorCode[] = [
  'storage-slow-down',
  'connection-refused',
  'connection-timed-out',
  'host-unreachable',
  'name-lookup-failed',
]

const backoffMaxMs = 10 * secondMs

/** Whether the same attempt may go well in a moment. */
export function isPassing(error: unknown): error is AppError {
  return error instanceof AppError && passing.includes(error.code)
}

/** Whether a call that failed so may have been carried out all the same. */
export function isUnclear(error: unknown): boolean {
  return isPassing(error) && !clear.includes(error.code)
}

/**
 * Does `work` again while it fails in a way that passes, with growing and scattered waits between (full jitter), so that many
 * who were turned away together do not come back together.
 *
 * @throws the failure of the last attempt; the signal's reason when it is aborted
 */
export async function withRetries<Result>(
  { limits, signal }: RetryOptions,
  work: (attempt: number) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted()
    try {
      return await work(attempt)
    } catch (error) {
      if (attempt >= limits.attemptsMax || !isPassing(error)) throw error
      await waitBefore(attempt, { limits, signal })
    }
  }
}

/** @throws the signal's reason when it is aborted while waiting */
export async function waitBefore(attempt: number, { limits, signal }: RetryOptions): Promise<void> {
  const longestMs = Math.min(backoffMaxMs, limits.backoffMs * 2 ** (attempt - 1))
  await sleep(Math.random() * longestMs, undefined, signal ? { signal } : {}).catch((cause: unknown) => {
    throw signal?.aborted ? signal.reason : cause
  })
}
