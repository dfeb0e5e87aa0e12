import { createHash } from 'node:crypto'
import { AppError } from '#lib/errors.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import type { SnapshotPart } from '#lib/etcd/own-methods.ts'
import { secondMs } from '#lib/time.ts'
import type { SnapshotSource } from './find-sources.ts'
import type { GrowingFile } from './growing-file.ts'

const digestBytes = 32
/** A disk under load may make one read wait; nothing in order waits for so long. */
const silentMaxMs = 30 * secondMs
/** etcd rounds its pages of memory: the file is as long as whole pages, and the digest follows. */
const alignmentBytes = 512

/** What came of a stream that ended in order. */
export interface ReceivedSnapshot {
  /** With the digest at its end. */
  readonly sizeBytes: number
  /** Of everything, and of all but the digest, which says so itself; hexadecimal. */
  readonly sha256: string
  readonly dataSha256: string
  readonly tookMs: number
}

/**
 * Streams the database of a member into a file. It is whole only if the stream ended by itself, its length is whole pages and a
 * digest, and that digest is the SHA-256 of what came before it.
 *
 * @throws AppError `snapshot-damaged` with the `cause`; `etcd-*` when the member or the way to it fails
 */
export async function receiveSnapshot(
  client: EtcdClient,
  { source, file, signal }: { source: SnapshotSource; file: GrowingFile; signal: AbortSignal },
): Promise<ReceivedSnapshot> {
  const beganMs = performance.now()
  const digest = new TrailingDigest()
  for await (const { blob } of unlessSilent(client, { source, signal })) {
    digest.take(blob)
    await file.append(blob)
  }
  const finished = digest.finish()
  await file.end()
  return { ...finished, tookMs: Math.round(performance.now() - beganMs) }
}

/**
 * The stream, as long as it goes on: a member that hangs, on its disk for one, keeps its connection alive and sends nothing, and
 * another one may do better. Only what we wait for counts, not what we take to write.
 */
async function* unlessSilent(
  client: EtcdClient,
  { source: { endpoint }, signal }: { source: SnapshotSource; signal: AbortSignal },
): AsyncGenerator<SnapshotPart> {
  const silence = new AbortController()
  const tell = () => {
    const said = `The member sent nothing of its snapshot for ${silentMaxMs} ms`
    silence.abort(new AppError('etcd-timeout', said, { details: { call: 'Maintenance/Snapshot' } }))
  }
  let timer = setTimeout(tell, silentMaxMs)
  try {
    for await (const part of client.snapshot(endpoint, { signal: AbortSignal.any([signal, silence.signal]) })) {
      clearTimeout(timer)
      yield part
      timer = setTimeout(tell, silentMaxMs)
    }
  } finally {
    clearTimeout(timer)
  }
}

/** Hashes a stream whose last 32 bytes are the SHA-256 of all before them, without knowing when the last ones come. */
class TrailingDigest {
  readonly #ofData = createHash('sha256')
  #tail = Buffer.alloc(0)
  #sizeBytes = 0

  take(bytes: Buffer): void {
    this.#sizeBytes += bytes.length
    if (bytes.length >= digestBytes) {
      this.#ofData.update(this.#tail).update(bytes.subarray(0, -digestBytes))
      this.#tail = Buffer.from(bytes.subarray(-digestBytes))
      return
    }
    const joined = Buffer.concat([this.#tail, bytes])
    const over = Math.max(0, joined.length - digestBytes)
    this.#ofData.update(joined.subarray(0, over))
    this.#tail = joined.subarray(over)
  }

  /** @throws AppError `snapshot-damaged` */
  finish(): Omit<ReceivedSnapshot, 'tookMs'> {
    const sizeBytes = this.#sizeBytes
    if (sizeBytes % alignmentBytes !== digestBytes) throw incomplete(sizeBytes)
    const ofAll = this.#ofData.copy().update(this.#tail).digest('hex')
    if (!this.#ofData.digest().equals(this.#tail)) {
      throw new AppError('snapshot-damaged', 'The digest the member sent is not that of the bytes that arrived', {
        details: { cause: 'checksum-differs' },
      })
    }
    return { sizeBytes, sha256: ofAll, dataSha256: this.#tail.toString('hex') }
  }
}

function incomplete(sizeBytes: number): AppError {
  const cause = sizeBytes % alignmentBytes === 0 && sizeBytes > 0 ? 'trailer-missing' : 'truncated'
  return new AppError('snapshot-damaged', `The stream ended after ${sizeBytes} bytes, which is no whole snapshot`, {
    details: { cause, sizeBytes },
  })
}
