import { createHash } from 'node:crypto'

/** What a stream of bytes comes to. */
export interface Digest {
  readonly sizeBytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

/** Passes bytes on and counts and hashes them on the way. */
export class StoredDigest {
  readonly #hash = createHash('sha256')
  #sizeBytes = 0

  take(bytes: Uint8Array): void {
    this.#hash.update(bytes)
    this.#sizeBytes += bytes.length
  }

  finish(): Digest {
    return { sizeBytes: this.#sizeBytes, sha256: this.#hash.digest('hex') }
  }
}
