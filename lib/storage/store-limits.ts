import { minuteMs, secondMs } from '#lib/time.ts'

/** How patient a store is. Tests are less so. */
export interface StoreLimits {
  /** One call without its bytes. */
  readonly callMs: number
  /** What a server may take to put the parts of an upload together before it is asked what became of it. */
  readonly completeMs: number
  /** No byte either way for so long, and the connection is taken for dead. */
  readonly stallMs: number
  /** Attempts at the same call. */
  readonly attemptsMax: number
  /** Before the second attempt; doubled for each one more. */
  readonly backoffMs: number
}

export const storeLimits: StoreLimits = {
  callMs: 30 * secondMs,
  completeMs: 5 * minuteMs,
  stallMs: 30 * secondMs,
  attemptsMax: 5,
  backoffMs: 250,
}

/** The slowest way to a store that is still one: a backup of 8 GiB would take a day and a half. */
const slowestBytesPerSecond = 64 * 1024

/** A call that carries bytes may take this much longer. */
export function transferMs(sizeBytes: number): number {
  return Math.ceil(sizeBytes / slowestBytesPerSecond) * secondMs
}
