import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { AppError } from '#lib/errors.ts'
import type { StoreCapabilities, StoredObject } from './object-store.ts'
import { isUnclear, withRetries } from './retry.ts'
import type { S3Call, S3Calls } from './s3-calls.ts'
import { contradicts, md5Of, readEtag } from './s3-etag.ts'
import { transferMs } from './store-limits.ts'

interface Put {
  readonly fullKey: string
  readonly bytes: Uint8Array
  readonly ifAbsent: boolean
  readonly signal: AbortSignal | undefined
}

/** One put, over all its attempts. */
interface Writing {
  readonly mark: string
  readonly isConditional: boolean
  /** What is known of it: nothing came of it, nobody can say, it was said to be done. */
  end: 'clear' | 'open' | 'answered'
}

interface MarkedObject {
  readonly stored: StoredObject
  readonly mark: string | undefined
}

/** Every writing has a mark of its own, so that what became of it can be told after an answer got lost. */
const markName = 'kstone-write'

export function markedAs(mark: string): { Metadata: Record<string, string> } {
  return { Metadata: { [markName]: mark } }
}

/** Objects of one bucket in one piece, under their full keys. */
export class S3Objects {
  readonly calls: S3Calls
  readonly capabilities: StoreCapabilities

  constructor(calls: S3Calls, capabilities: StoreCapabilities) {
    this.calls = calls
    this.capabilities = capabilities
  }

  async head(fullKey: string, signal?: AbortSignal): Promise<StoredObject | undefined> {
    return (await this.look(fullKey, signal))?.stored
  }

  /** What lies under a key, and which writing of ours made it. */
  async look(fullKey: string, signal?: AbortSignal): Promise<MarkedObject | undefined> {
    const call: S3Call = { operation: 'HeadObject', key: fullKey, signal }
    try {
      return await this.calls.repeat(call, async (client, options) =>
        this.#readHead(call, await client.send(new HeadObjectCommand(this.#input(fullKey)), options)),
      )
    } catch (error) {
      if (!(error instanceof AppError) || !isSilent(error)) throw error
      return await this.#hearWhy(fullKey, signal, error)
    }
  }

  async remove(fullKey: string, signal?: AbortSignal): Promise<void> {
    await this.calls.repeat({ operation: 'DeleteObject', key: fullKey, signal }, (client, options) =>
      client.send(new DeleteObjectCommand(this.#input(fullKey)), options),
    )
  }

  /** @throws AppError `storage-object-exists` where something else lies there */
  async put(put: Put): Promise<StoredObject> {
    const { fullKey, bytes, ifAbsent, signal } = put
    const isConditional = ifAbsent && this.capabilities.conditionalPut
    if (ifAbsent && !isConditional && (await this.head(fullKey, signal))) throw objectExists(fullKey)
    const writing: Writing = { mark: randomUUID(), isConditional, end: 'clear' }
    try {
      await this.#putUntilClear(put, writing)
      const stored = await this.head(fullKey, signal)
      if (stored?.sizeBytes === bytes.length) return stored
      throw this.calls.badAnswer({ operation: 'PutObject', key: fullKey }, 'what was put is not there')
    } catch (error) {
      if (ifAbsent) await this.#takeBack(fullKey, writing).catch(() => undefined)
      throw error
    }
  }

  async #putUntilClear(put: Put, writing: Writing): Promise<void> {
    const { fullKey, signal } = put
    try {
      await withRetries({ limits: this.calls.connection.limits, signal }, () => this.#putOnce(put, writing))
    } catch (error) {
      if (signal?.aborted || writing.end !== 'open' || !(await this.#isMine(fullKey, writing))) throw error
    }
    writing.end = 'answered'
  }

  async #putOnce({ fullKey, bytes, signal }: Put, writing: Writing): Promise<void> {
    const timeoutMs = this.calls.connection.limits.callMs + transferMs(bytes.length)
    const call: S3Call = { operation: 'PutObject', key: fullKey, signal, timeoutMs }
    const md5 = md5Of(bytes)
    const input = {
      ...this.#input(fullKey),
      Body: bytes,
      ContentMD5: md5.toString('base64'),
      ...markedAs(writing.mark),
    }
    const condition = writing.isConditional ? { IfNoneMatch: '*' } : {}
    try {
      const etag = await this.calls.once(call, async (client, options) =>
        readEtag((await client.send(new PutObjectCommand({ ...input, ...condition }), options)).ETag),
      )
      if (etag === undefined) throw this.calls.badAnswer(call, 'no etag for what was put')
      if (!contradicts(etag, md5.toString('hex'), this.capabilities)) return
    } catch (error) {
      if (isUnclear(error) || signal?.aborted) writing.end = 'open'
      throw error
    }
    await this.remove(fullKey)
    throw this.calls.badAnswer(call, 'other bytes arrived than were put')
  }

  /** What was written and could not be proven is not left there. */
  async #takeBack(fullKey: string, writing: Writing): Promise<void> {
    const isThere = writing.end === 'answered' || (writing.end === 'open' && (await this.#isMine(fullKey, writing)))
    if (isThere) await this.remove(fullKey)
  }

  async #isMine(fullKey: string, { mark }: Writing): Promise<boolean> {
    const found = await this.look(fullKey).catch(() => undefined)
    return found?.mark === mark
  }

  /** A failed HEAD has no words, not even for a bucket that is missing: a GET of one byte has. */
  async #hearWhy(fullKey: string, signal: AbortSignal | undefined, silent: AppError): Promise<undefined> {
    try {
      await this.calls.repeat({ operation: 'GetObject', key: fullKey, signal }, async (client, options) => {
        const answer = await client.send(new GetObjectCommand({ ...this.#input(fullKey), Range: 'bytes=0-0' }), options)
        if (answer.Body instanceof Readable) answer.Body.destroy()
      })
    } catch (error) {
      if (error instanceof AppError && error.code === 'storage-object-missing') return
      throw error
    }
    throw silent
  }

  #readHead(call: S3Call, answer: HeadObjectCommandOutput): MarkedObject {
    const { ContentLength, ETag, LastModified, Metadata } = answer
    const etag = readEtag(ETag)
    if (ContentLength === undefined || etag === undefined || !LastModified) {
      throw this.calls.badAnswer(call, 'no length, etag or time')
    }
    const key = (call.key ?? '').slice(this.calls.connection.prefix.length)
    const stored = { key, sizeBytes: ContentLength, etag, lastModified: LastModified }
    return { stored, mark: Metadata?.[markName] }
  }

  #input(fullKey: string) {
    return { Bucket: this.calls.connection.bucket, Key: fullKey }
  }
}

function isSilent({ details }: AppError): boolean {
  const status = Number(details.status)
  return status >= 300 && status < 500
}

function objectExists(key: string): AppError {
  return new AppError('storage-object-exists', `${key} is there already`, { details: { key } })
}
