/** What the live connection knows when it decides what to do next. */
export interface Situation {
  /** Attempts to stream that failed in a row. */
  failures: number
  /** Nobody has looked at the tab for a while. */
  isUnwatched: boolean
  /** Since the last attempt to stream. */
  sinceAttemptMs: number
  /** Since the last poll began. */
  sincePollMs: number
  /** 0 to 1, spreads tabs that lost the same server. */
  random: number
}

export interface NextStep {
  mode: 'stream' | 'poll'
  delayMs: number
}

/** Failed attempts in a row after which changes are polled instead. */
const streamFailuresMax = 3
const firstDelayMs = 500
const delayMaxMs = 8_000
const pollEveryMs = 5_000
/** While polling, a stream is tried again this often. */
const streamAgainMs = 60_000

/**
 * When to try what. Streaming is tried with doubling pauses; after three failures changes are polled every 5 s and a stream
 * is tried once a minute. A tab nobody looks at polls too: browsers open six connections to a plain HTTP server, and
 * streams of forgotten tabs would starve the tab in use.
 */
export function nextStep({ failures, isUnwatched, sinceAttemptMs, sincePollMs, random }: Situation): NextStep {
  const poll: NextStep = { mode: 'poll', delayMs: Math.max(0, pollEveryMs - sincePollMs) }
  if (isUnwatched) return poll
  if (failures >= streamFailuresMax && sinceAttemptMs < streamAgainMs) return poll
  if (failures === 0 || failures >= streamFailuresMax) return { mode: 'stream', delayMs: random * firstDelayMs }
  const doubled = Math.min(firstDelayMs * 2 ** failures, delayMaxMs)
  return { mode: 'stream', delayMs: doubled * (0.5 + random / 2) }
}
