import type { Readable } from 'node:stream'
import { AppError } from '#lib/errors.ts'
import { hasTimedOut } from '#lib/net/interruption.ts'
import { toEtcdError } from './errors.ts'
import type { Call } from './make-call.ts'

/**
 * The messages of a stream one at a time. A slow reader holds the sender back: gRPC reads at most 16 messages ahead (of 2 MB in
 * a watch, of 32 KB in a snapshot), the rest stays with the server. The stream is cancelled when the reader is done.
 *
 * @throws AppError `etcd-*`; the signal's reason when somebody aborted
 */
export async function* readStream<Item>(stream: Readable & { cancel(): void }, call: Call): AsyncGenerator<Item> {
  const { signal } = call.deadline
  const cancel = () => stream.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  if (signal.aborted) cancel()
  try {
    for await (const item of stream) yield item
  } catch (cause) {
    throw streamFailure(cause, call)
  } finally {
    signal.removeEventListener('abort', cancel)
    // A cancelled stream ends with an error of its own, which nobody waits for any more.
    stream.on('error', () => undefined)
    cancel()
  }
}

function streamFailure(cause: unknown, { deadline, failed }: Call): unknown {
  const { signal } = deadline
  if (!signal.aborted) return toEtcdError(cause, failed)
  if (!hasTimedOut(signal)) return signal.reason
  const { name, endpoint } = failed
  return new AppError('etcd-timeout', `${name} at ${endpoint} took too long`, {
    cause,
    details: { call: name, endpoint, outcome: 'not-done' },
  })
}
