import { randomUUID } from 'node:crypto'
import { AppError } from '#lib/errors.ts'
import type { Door } from '#lib/net/door.ts'
import { emptyBody } from './empty-body.ts'
import { checkKey, checkPrefix } from './object-key.ts'
import type {
  ListOptions,
  ObjectBody,
  ObjectPage,
  ObjectStore,
  PendingUpload,
  ReadOptions,
  StoreCallOptions,
  StoreCapabilities,
  StoredObject,
  Upload,
  UploadName,
  WriteOptions,
} from './object-store.ts'
import { S3Calls } from './s3-calls.ts'
import type { S3Settings } from './s3-connection.ts'
import { connectS3 } from './s3-connection.ts'
import { createS3Upload } from './s3-create-upload.ts'
import { listS3Objects, listS3Uploads } from './s3-list.ts'
import { S3Objects } from './s3-objects.ts'
import { S3Body } from './s3-read.ts'
import { abortS3Upload, S3Upload } from './s3-upload.ts'
import type { StoreLimits } from './store-limits.ts'
import { storeLimits } from './store-limits.ts'

/** What every S3 has had from its first day; the rest is for a probe to find. */
const plainS3: StoreCapabilities = {
  conditionalPut: false,
  conditionalComplete: false,
  multipart: true,
  rangedGet: true,
  listUploads: true,
  etagIsMd5: false,
}

interface S3Options {
  /** Which addresses may be reached. */
  readonly door: Omit<Door, 'signal'>
  /** What a probe found; without it nothing is taken for granted. */
  readonly capabilities?: StoreCapabilities
  readonly limits?: StoreLimits
}

/**
 * A bucket of Amazon S3 or of anything that speaks its protocol. Nothing is asked before the first call.
 *
 * @throws AppError `address-malformed`, `storage-no-bucket`, `storage-region` for what cannot be an endpoint, a bucket or a region
 */
export function openS3Store(settings: S3Settings, options: S3Options): ObjectStore {
  const { door, capabilities = plainS3, limits = storeLimits } = options
  return new S3Store(new S3Calls(connectS3(settings, door, limits)), capabilities)
}

/** Asked for bytes behind the end, S3 answers with a failure. */
const rangeNotSatisfiable = 416

class S3Store implements ObjectStore {
  readonly capabilities: StoreCapabilities
  readonly #calls: S3Calls
  readonly #objects: S3Objects

  constructor(calls: S3Calls, capabilities: StoreCapabilities) {
    this.capabilities = capabilities
    this.#calls = calls
    this.#objects = new S3Objects(calls, capabilities)
  }

  put(key: string, bytes: Uint8Array, { ifAbsent, signal }: WriteOptions): Promise<StoredObject> {
    return this.#objects.put({ fullKey: this.#full(key), bytes, ifAbsent, signal })
  }

  async startUpload(key: string, { signal }: StoreCallOptions = {}): Promise<Upload> {
    const fullKey = this.#full(key)
    const mark = randomUUID()
    const id = await createS3Upload(this.#objects, { fullKey, mark, signal })
    return new S3Upload(this.#objects, { key, fullKey, id, mark, signal })
  }

  head(key: string, { signal }: StoreCallOptions = {}): Promise<StoredObject | undefined> {
    return this.#objects.head(this.#full(key), signal)
  }

  async read(key: string, { start = 0, end, signal }: ReadOptions = {}): Promise<ObjectBody> {
    if (end !== undefined && end <= start) return await this.#nothingOf(key, signal)
    try {
      return await S3Body.open(this.#objects, { fullKey: this.#full(key), start, end, signal })
    } catch (error) {
      if (!(error instanceof AppError) || error.details.status !== rangeNotSatisfiable) throw error
      return await this.#nothingOf(key, signal)
    }
  }

  async list(prefix: string, options: ListOptions = {}): Promise<ObjectPage> {
    return await listS3Objects(this.#calls, checkPrefix(prefix), options)
  }

  delete(key: string, { signal }: StoreCallOptions = {}): Promise<void> {
    return this.#objects.remove(this.#full(key), signal)
  }

  async listUploads(prefix: string, options: StoreCallOptions = {}): Promise<PendingUpload[]> {
    if (!this.capabilities.listUploads) return []
    return await listS3Uploads(this.#calls, checkPrefix(prefix), options)
  }

  async abortUpload({ key, id }: UploadName, { signal }: StoreCallOptions = {}): Promise<void> {
    await abortS3Upload(this.#calls, { fullKey: this.#full(key), id, signal })
  }

  withCapabilities(capabilities: StoreCapabilities): ObjectStore {
    return new S3Store(this.#calls, capabilities)
  }

  describe(): string {
    const { bucket, prefix, endpoint } = this.#calls.connection
    return `bucket ${bucket} at ${endpoint}${prefix === '' ? '' : `, below ${prefix}`}`
  }

  close(): void {
    const { client, patientClient } = this.#calls.connection
    for (const one of [client, patientClient]) one.destroy()
  }

  async #nothingOf(key: string, signal: AbortSignal | undefined): Promise<ObjectBody> {
    const stored = await this.head(key, { signal })
    if (stored) return emptyBody(stored)
    throw new AppError('storage-object-missing', `${key} is not there`, { details: { key } })
  }

  #full(key: string): string {
    return checkKey(this.#calls.connection.prefix + checkKey(key))
  }
}
