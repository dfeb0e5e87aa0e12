import type { Hash } from 'node:crypto'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import type { AppError } from '#lib/errors.ts'
import type { ObjectBody, StoreCapabilities } from './object-store.ts'
import { isPassing, waitBefore } from './retry.ts'
import type { S3Call, S3Calls } from './s3-calls.ts'
import { readEtag } from './s3-etag.ts'

interface Wanted {
  readonly fullKey: string
  readonly start: number
  /** Exclusive; undefined to the end. */
  readonly end: number | undefined
  readonly signal: AbortSignal | undefined
}

/** One answer to a GET, before its bytes. */
interface Opened {
  readonly etag: string
  /** Of the whole object. */
  readonly sizeBytes: number
  /** Exclusive. */
  readonly end: number
  readonly bytes: AsyncIterable<Uint8Array>
  close(): void
}

const contentRange = /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16})$/

/** How often one object is taken up again, however much came between. */
const resumptionsMax = 100

/** The bytes of an object in a bucket, taken up again where a connection broke. */
export class S3Body implements ObjectBody {
  readonly sizeBytes: number
  readonly etag: string
  readonly #calls: S3Calls
  readonly #capabilities: StoreCapabilities
  readonly #wanted: Wanted
  #opened: Opened
  #at: number

  private constructor(place: { calls: S3Calls; capabilities: StoreCapabilities }, wanted: Wanted, opened: Opened) {
    this.sizeBytes = opened.sizeBytes
    this.etag = opened.etag
    this.#calls = place.calls
    this.#capabilities = place.capabilities
    this.#wanted = wanted
    this.#opened = opened
    this.#at = wanted.start
  }

  static async open(place: { calls: S3Calls; capabilities: StoreCapabilities }, wanted: Wanted): Promise<S3Body> {
    return new S3Body(place, wanted, await openRange(place.calls, wanted))
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { end } = this.#opened
    const md5 = this.#isProvenByEtag() ? createHash('md5') : undefined
    let fruitless = 0
    try {
      for (let resumptions = 0; this.#at < end; resumptions += 1) {
        const before = this.#at
        try {
          yield* this.#pieces(end, md5)
        } catch (cause) {
          fruitless = this.#at > before ? 1 : fruitless + 1
          await this.#resume(cause, { fruitless, resumptions, end })
        }
      }
      if (md5 && md5.digest('hex') !== this.etag) throw this.#bad('bytes of another checksum than the etag')
    } finally {
      this.#opened.close()
    }
  }

  /** What one connection gives. */
  async *#pieces(end: number, md5: Hash | undefined): AsyncGenerator<Uint8Array> {
    for await (const piece of this.#opened.bytes) {
      this.#at += piece.length
      if (this.#at > end) throw this.#bad('more bytes than announced')
      md5?.update(piece)
      yield piece
    }
    if (this.#at < end) throw this.#bad(`the bytes end ${end - this.#at} too early`)
  }

  #isProvenByEtag(): boolean {
    const isWhole = this.#wanted.start === 0 && this.#wanted.end === undefined
    return isWhole && this.#capabilities.etagIsMd5 && /^[0-9a-f]{32}$/.test(this.etag)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#opened.close()
  }

  async #resume(
    cause: unknown,
    { fruitless, resumptions, end }: { fruitless: number; resumptions: number; end: number },
  ): Promise<void> {
    const { signal } = this.#wanted
    const { limits } = this.#calls.connection
    this.#opened.close()
    const failure = this.#calls.explain(this.#call(), signal?.aborted ? signal : undefined, cause)
    if (!isPassing(failure) || this.#at >= end || fruitless >= limits.attemptsMax || resumptions >= resumptionsMax) {
      throw failure
    }
    await waitBefore(fruitless, { limits, signal })
    this.#opened = await openRange(this.#calls, { ...this.#wanted, start: this.#at })
    if (this.#opened.etag !== this.etag || this.#opened.end !== end) throw this.#changed()
  }

  #call(): S3Call {
    return { operation: 'GetObject', key: this.#wanted.fullKey }
  }

  #bad(said: string): AppError {
    return this.#calls.badAnswer(this.#call(), said)
  }

  #changed(): AppError {
    this.#opened.close()
    return this.#bad('another object than the one that was begun')
  }
}

async function openRange(calls: S3Calls, wanted: Wanted): Promise<Opened> {
  const { fullKey, signal } = wanted
  const Range = rangeOf(wanted)
  const input = { Bucket: calls.connection.bucket, Key: fullKey, ...(Range === undefined ? {} : { Range }) }
  return await calls.repeat({ operation: 'GetObject', key: fullKey, signal }, async (client, { abortSignal }) => {
    // The deadline is for the head of the answer; its bytes have the watch for stalls, and the caller's signal.
    const over = new AbortController()
    const stop = () => over.abort(abortSignal.reason)
    abortSignal.addEventListener('abort', stop, { once: true })
    const life = signal ? AbortSignal.any([over.signal, signal]) : over.signal
    try {
      return readHead(calls, wanted, await client.send(new GetObjectCommand(input), { abortSignal: life }))
    } finally {
      abortSignal.removeEventListener('abort', stop)
    }
  })
}

function readHead(calls: S3Calls, wanted: Wanted, answer: GetObjectCommandOutput): Opened {
  const bytes = answer.Body
  const close = () => void (bytes instanceof Readable && bytes.destroy())
  const refuse = (said: string) => {
    close()
    return calls.badAnswer({ operation: 'GetObject', key: wanted.fullKey }, said)
  }
  const etag = readEtag(answer.ETag)
  if (etag === undefined || !(bytes instanceof Readable)) throw refuse('no etag, or no body')
  // A connection may break while nobody reads; whoever reads then hears it.
  bytes.on('error', () => undefined)
  const extent = rangeOf(wanted) === undefined ? wholeOf(answer) : partOf(answer)
  if (!extent) throw refuse('no length, or the range was passed over')
  const { start, end, sizeBytes } = extent
  const isAsked = start === wanted.start && end === Math.min(wanted.end ?? sizeBytes, sizeBytes)
  const isWhole = answer.ContentLength === undefined || answer.ContentLength === end - start
  if (!isAsked || !isWhole) throw refuse(`bytes ${start} to ${end} of ${sizeBytes}, which was not asked for`)
  return { etag, sizeBytes, end, bytes, close }
}

interface Extent {
  readonly start: number
  readonly end: number
  readonly sizeBytes: number
}

function wholeOf({ ContentLength: sizeBytes }: GetObjectCommandOutput): Extent | undefined {
  return sizeBytes === undefined ? undefined : { start: 0, end: sizeBytes, sizeBytes }
}

function partOf({ ContentRange }: GetObjectCommandOutput): Extent | undefined {
  const [, first, last, size] = contentRange.exec(ContentRange ?? '') ?? []
  return first === undefined ? undefined : { start: Number(first), end: Number(last) + 1, sizeBytes: Number(size) }
}

function rangeOf({ start, end }: Wanted): string | undefined {
  if (start === 0 && end === undefined) return
  return `bytes=${start}-${end === undefined ? '' : end - 1}`
}
