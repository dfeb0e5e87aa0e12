import type { ObjectBody, StoredObject } from './object-store.ts'

/** What a range past the end of an object holds. */
export function emptyBody({ sizeBytes, etag }: StoredObject): ObjectBody {
  return {
    sizeBytes,
    etag,
    async *[Symbol.asyncIterator]() {
      yield* []
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
