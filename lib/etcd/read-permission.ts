import { KVClient } from 'etcd3'
import { AppError } from '#lib/errors.ts'
import type { Caller, PlacedOptions } from './caller.ts'
import type { KeyRange } from './keys.ts'

/** Of no etcd ever. */
const farRevision = 2n ** 63n - 1n

export function readPermissionCalls(caller: Caller) {
  return {
    /**
     * Whether the reader may read a range, at no cost however many keys it has: a page of even one key has the etcd count the
     * whole range. Permission is judged before the revision, so who is told that a revision is of the future may read.
     *
     * @throws AppError what is neither a yes nor a no, `etcd-auth-required` among it
     */
    mayRead: async (range: KeyRange, options: PlacedOptions = {}): Promise<boolean> => {
      const asked = {
        key: range.key,
        ...(range.end ? { range_end: range.end } : {}),
        revision: String(farRevision),
        limit: 1,
        keys_only: true,
        serializable: true,
      }
      try {
        await caller.call({ name: 'KV/Range', ...options }, ({ rpc }) => new KVClient(rpc).range(asked))
        return true
      } catch (error) {
        if (error instanceof AppError && error.code === 'etcd-future-revision') return true
        if (error instanceof AppError && error.code === 'etcd-permission-denied') return false
        throw error
      }
    },
  }
}
