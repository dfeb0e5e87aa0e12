import type { Caller } from './caller.ts'
import type { EtcdEndpoint } from './connection.ts'
import type { Call } from './make-call.ts'
import type { SnapshotPart } from './own-methods.ts'
import { snapshotMethod } from './own-methods.ts'
import { readStream } from './read-stream.ts'

/** etcd keeps a transaction of its database open for as long as the stream lasts, and the file grows meanwhile. */
const snapshotMs = 15 * 60_000

export function snapshotCalls(caller: Caller) {
  return {
    /**
     * The database of one member, in parts of 32 KiB as they are asked for; the last part holds the SHA-256 of all before it
     * and comes after `remainingBytes` has reached 0, so only the end of the iteration is the end.
     *
     * @throws AppError `etcd-needs-root`, `etcd-unavailable`, `etcd-timeout` after 15 minutes
     */
    snapshot: (endpoint: EtcdEndpoint, { signal }: { signal?: AbortSignal } = {}): AsyncGenerator<SnapshotPart> => {
      const limit = AbortSignal.timeout(snapshotMs)
      const either = signal ? AbortSignal.any([signal, limit]) : limit
      const kind = { name: 'Maintenance/Snapshot', needsRoot: true, hasLargeAnswer: true }
      return caller.stream(endpoint, { kind, signal: either }, read)
    },
  }
}

async function* read(call: Call): AsyncGenerator<SnapshotPart> {
  const { path, encode, decode } = snapshotMethod
  const stub = await call.connection.stub('Maintenance')
  yield* readStream(stub.makeServerStreamRequest(path, encode, decode, undefined, call.metadata), call)
}
