/** Bytes of a stream, cut to a length of our own; as they came, since joining them would copy every byte. */
export interface Block {
  parts: readonly Uint8Array[]
  sizeBytes: number
  /** Only the last may be shorter, and it is empty only when the whole stream is. */
  isLast: boolean
}

/** Cuts a stream into blocks of one length, holding at most one block and one part of the source. */
export async function* inBlocks(source: AsyncIterable<Uint8Array>, blockBytes: number): AsyncGenerator<Block> {
  let parts: Uint8Array[] = []
  let sizeBytes = 0
  for await (const part of source) {
    let rest = part
    // A full block is held until one byte more is there: only then it is not the last.
    while (sizeBytes + rest.length > blockBytes) {
      const missing = blockBytes - sizeBytes
      if (missing > 0) parts.push(rest.subarray(0, missing))
      yield { parts, sizeBytes: blockBytes, isLast: false }
      rest = rest.subarray(missing)
      parts = []
      sizeBytes = 0
    }
    if (rest.length > 0) parts.push(rest)
    sizeBytes += rest.length
  }
  yield { parts, sizeBytes, isLast: true }
}
