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

/**
 * To be disposed of when the work is done: thousands of calls a second would else leave clocks behind that run on for seconds, each
 * with what it was set for.
 */
export function deadlineOf({ signal, timeoutMs = callTimeoutMs }: CallOptions): Deadline & Disposable {
  const over = new AbortController()
  const clock = setTimeout(() => over.abort(new DOMException('The time is up', 'TimeoutError')), timeoutMs).unref()
  const leave = () => over.abort(signal?.reason)
  if (signal?.aborted) leave()
  else signal?.addEventListener('abort', leave, { once: true })
  return {
    at: Date.now() + timeoutMs,
    signal: over.signal,
    [Symbol.dispose]: () => {
      clearTimeout(clock)
      signal?.removeEventListener('abort', leave)
    },
  }
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
