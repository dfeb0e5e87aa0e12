/** What a caller may say about how long a call is wanted. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number | undefined
}

/** The kindness rule: no single call holds an etcd, or us, for longer unless somebody asks for it. */
const callTimeoutMs = 5000

export interface Deadline {
  /** Of the clock, ms; what the server is told. */
  readonly at: number
  /** Aborted at that time, or when the caller no longer wants the answer. */
  readonly signal: AbortSignal
}

export function deadlineOf({ signal, timeoutMs = callTimeoutMs }: CallOptions): Deadline {
  const timer = AbortSignal.timeout(timeoutMs)
  return { at: Date.now() + timeoutMs, signal: signal ? AbortSignal.any([signal, timer]) : timer }
}

/**
 * The outcome of work that others share: one of them giving up does not end it.
 *
 * @throws the signal's reason when it is aborted first
 */
export async function withSignal<Value>(shared: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([shared, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
