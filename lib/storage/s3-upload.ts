import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { AppError } from '#lib/errors.ts'
import type { StoredObject, Upload } from './object-store.ts'
import type { Part } from './part-queue.ts'
import { objectBytesMax, PartQueue } from './part-queue.ts'
import { isPassing, isUnclear, waitBefore } from './retry.ts'
import type { S3Call, S3Calls } from './s3-calls.ts'
import { contradicts, etagOfParts, md5Of, readEtag } from './s3-etag.ts'
import type { S3Objects } from './s3-objects.ts'
import { transferMs } from './store-limits.ts'

interface S3UploadName {
  readonly key: string
  /** With the prefix of the store. */
  readonly fullKey: string
  readonly id: string
  /** On the object that comes of it, and on no other. */
  readonly mark: string
  readonly signal: AbortSignal | undefined
}

interface SentPart {
  readonly number: number
  readonly etag: string
  readonly md5: Buffer
}

/**
 * What is signed with a part is its MD5, which the server compares: the SHA-256 of the same bytes, which is signed otherwise, would
 * prove nothing more of them, and holds up everything else in the process.
 */
function partCommand(input: ConstructorParameters<typeof UploadPartCommand>[0]): UploadPartCommand {
  const command = new UploadPartCommand(input)
  command.middlewareStack.add(
    (next) => (args) => {
      if (isHttpRequest(args.request)) args.request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD'
      return next(args)
    },
    { step: 'build', name: 'signsNoBody' },
  )
  return command
}

function isHttpRequest(request: unknown): request is { headers: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'headers' in request
}

/** A part may arrive after its upload was aborted, and then lies there ("AbortMultipartUpload", S3 API reference). */
const abortsMax = 3

/** A multipart upload, completed only on demand and aborted without garbage. */
export class S3Upload implements Upload {
  readonly key: string
  readonly id: string
  readonly #place: S3Objects
  readonly #name: S3UploadName
  readonly #queue = new PartQueue((part) => this.#sendPart(part))
  readonly #left = new AbortController()
  readonly #signal: AbortSignal
  #sizeBytes = 0
  #etag = ''
  /** What is known of the end: nothing was asked, no answer said how it went, it was said to be done, it was seen to be done. */
  #end: 'open' | 'unclear' | 'answered' | 'complete' | 'aborted' = 'open'

  constructor(place: S3Objects, name: S3UploadName) {
    this.key = name.key
    this.id = name.id
    this.#place = place
    this.#name = name
    this.#signal = name.signal ? AbortSignal.any([name.signal, this.#left.signal]) : this.#left.signal
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#signal.throwIfAborted()
    this.#sizeBytes += bytes.length
    if (this.#sizeBytes > objectBytesMax) {
      const details = { key: this.key, bytesMax: objectBytesMax }
      throw new AppError('storage-refused', `${this.key} is longer than ${objectBytesMax} bytes`, { details })
    }
    await this.#queue.write(bytes)
  }

  async complete({ ifAbsent }: { readonly ifAbsent: boolean }): Promise<StoredObject> {
    const { capabilities } = this.#place
    this.#signal.throwIfAborted()
    const parts = await this.#queue.finish()
    this.#etag = etagOfParts(parts.map(({ md5 }) => md5))
    if (ifAbsent && !capabilities.conditionalComplete && (await this.#place.head(this.#name.fullKey, this.#signal))) {
      throw new AppError('storage-object-exists', `${this.key} is there already`, { details: { key: this.key } })
    }
    await this.#putTogether(parts, ifAbsent)
    const stored = await this.#see()
    this.#end = 'complete'
    return stored
  }

  async abort(): Promise<void> {
    if (this.#end === 'complete' || this.#end === 'aborted') return
    this.#left.abort(new DOMException('The upload was aborted', 'AbortError'))
    await this.#queue.settle()
    for (let attempt = 1; attempt <= abortsMax; attempt += 1) {
      await abortS3Upload(this.#place.calls, { fullKey: this.#name.fullKey, id: this.id })
      if (await this.#isGone()) break
    }
    if (this.#end === 'answered' || (this.#end === 'unclear' && (await this.#isThere()))) {
      await this.#place.remove(this.#name.fullKey)
    }
    this.#end = 'aborted'
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.abort().catch(() => undefined)
  }

  async #sendPart({ number, bytes }: Part): Promise<SentPart> {
    const { calls, capabilities } = this.#place
    const md5 = md5Of(bytes)
    const timeoutMs = calls.connection.limits.callMs + transferMs(bytes.length)
    const call = this.#call('UploadPart', { timeoutMs })
    const input = { ...this.#input(), PartNumber: number, Body: bytes, ContentMD5: md5.toString('base64') }
    return await calls.repeat(call, async (client, options) => {
      const etag = readEtag((await client.send(partCommand(input), options)).ETag)
      if (etag === undefined) throw calls.badAnswer(call, 'no etag for a part')
      if (contradicts(etag, md5.toString('hex'), capabilities)) throw calls.badAnswer(call, 'a part arrived altered')
      return { number, etag, md5 }
    })
  }

  /** The end of an upload is never asked for blindly: after an answer that leaves it open, what lies under the key decides. */
  async #putTogether(parts: readonly SentPart[], ifAbsent: boolean): Promise<void> {
    const { limits } = this.#place.calls.connection
    for (let attempt = 1; ; attempt += 1) {
      const failure = await this.#tryToComplete(parts, ifAbsent)
      if (failure === undefined) break
      if (attempt >= limits.attemptsMax || !isPassing(failure.error)) throw failure.error
      await waitBefore(attempt, { limits, signal: this.#signal })
    }
    this.#end = 'answered'
  }

  async #tryToComplete(parts: readonly SentPart[], ifAbsent: boolean): Promise<{ error: unknown } | undefined> {
    try {
      await this.#askToComplete(parts, ifAbsent)
    } catch (error) {
      if (isUnclear(error) || this.#signal.aborted) this.#end = 'unclear'
      this.#signal.throwIfAborted()
      return this.#end === 'unclear' && (await this.#isThere()) ? undefined : { error }
    }
  }

  async #askToComplete(parts: readonly SentPart[], ifAbsent: boolean): Promise<void> {
    const { calls, capabilities } = this.#place
    const call = this.#call('CompleteMultipartUpload', {
      timeoutMs: calls.connection.limits.completeMs,
      isSlow: true,
    })
    const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: `"${etag}"` }))
    const input = { ...this.#input(), MultipartUpload: { Parts } }
    const condition = ifAbsent && capabilities.conditionalComplete ? { IfNoneMatch: '*' } : {}
    await calls.once(call, async (client, options) => {
      const answer = await client.send(new CompleteMultipartUploadCommand({ ...input, ...condition }), options)
      if (readEtag(answer.ETag) === undefined) throw calls.badAnswer(call, 'no etag for the whole')
    })
  }

  /** Looks at what the store says it has; what is not what was sent is not left there. */
  async #see(): Promise<StoredObject> {
    const { calls } = this.#place
    const stored = await this.#place.head(this.#name.fullKey, this.#signal)
    if (stored && this.#isAsSent(stored)) return stored
    await this.#place.remove(this.#name.fullKey)
    const said = stored ? `${stored.sizeBytes} bytes, etag ${stored.etag}` : 'nothing'
    throw calls.badAnswer(
      this.#call('HeadObject', {}),
      `${said} instead of ${this.#sizeBytes} bytes, etag ${this.#etag}`,
    )
  }

  /** Whether this upload has become an object, whatever was answered. */
  async #isThere(): Promise<boolean> {
    return (await this.#place.look(this.#name.fullKey))?.mark === this.#name.mark
  }

  #isAsSent({ sizeBytes, etag }: StoredObject): boolean {
    return sizeBytes === this.#sizeBytes && !contradicts(etag, this.#etag, this.#place.capabilities)
  }

  /** Whether the store no longer knows the upload; a store that cannot tell is not asked again. */
  async #isGone(): Promise<boolean> {
    const { calls } = this.#place
    try {
      await calls.repeat({ ...this.#call('ListParts', {}), signal: undefined }, (client, options) =>
        client.send(new ListPartsCommand({ ...this.#input(), MaxParts: 1 }), options),
      )
      return false
    } catch (error) {
      return error instanceof AppError && error.code === 'storage-upload-missing'
    }
  }

  #call(operation: S3Call['operation'], more: Pick<S3Call, 'timeoutMs' | 'isSlow'>): S3Call {
    return { operation, key: this.#name.fullKey, signal: this.#signal, ...more }
  }

  #input() {
    return { Bucket: this.#place.calls.connection.bucket, Key: this.#name.fullKey, UploadId: this.id }
  }
}

/** What ends an upload has to go through even where the work was cancelled: it has no signal but its own deadlines. */
export async function abortS3Upload(
  calls: S3Calls,
  { fullKey, id, signal }: Pick<S3UploadName, 'fullKey' | 'id'> & { signal?: AbortSignal | undefined },
): Promise<void> {
  const input = { Bucket: calls.connection.bucket, Key: fullKey, UploadId: id }
  const call = { operation: 'AbortMultipartUpload', key: fullKey, signal } as const
  try {
    await calls.repeat(call, (client, options) => client.send(new AbortMultipartUploadCommand(input), options))
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'storage-upload-missing') throw error
  }
}
