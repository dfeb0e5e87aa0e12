import { lstat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#lib/errors.ts'
import { onFiles, reasonOf } from './directory-failure.ts'
import { findUploads, walkKeys } from './directory-list.ts'
import { DirectoryPaths, throughLink } from './directory-paths.ts'
import { DirectoryBody, openFile, storedFile } from './directory-read.ts'
import { DirectoryUpload, removeUpload } from './directory-upload.ts'
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

const fileSystem: StoreCapabilities = {
  conditionalPut: true,
  conditionalComplete: true,
  multipart: true,
  rangedGet: true,
  listUploads: true,
  etagIsMd5: false,
}

const pageMax = 1000

/** Uploads are named by us; nothing else in the hidden folder is touched. */
const uploadId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * A directory of this machine, a mounted share among them, which must exist; several processes may use it at once. Files are
 * readable by our user alone.
 */
export function openDirectoryStore(path: string): ObjectStore {
  return new DirectoryStore(new DirectoryPaths(path), fileSystem)
}

class DirectoryStore implements ObjectStore {
  readonly capabilities: StoreCapabilities
  readonly #paths: DirectoryPaths

  constructor(paths: DirectoryPaths, capabilities: StoreCapabilities) {
    this.#paths = paths
    this.capabilities = capabilities
  }

  async put(key: string, bytes: Uint8Array, { ifAbsent, signal }: WriteOptions): Promise<StoredObject> {
    await using upload = await this.startUpload(key, { signal })
    await upload.write(bytes)
    return await upload.complete({ ifAbsent })
  }

  async startUpload(key: string, { signal }: StoreCallOptions = {}): Promise<Upload> {
    signal?.throwIfAborted()
    return await DirectoryUpload.start(this.#paths, checkKey(key), signal)
  }

  async head(key: string, { signal }: StoreCallOptions = {}): Promise<StoredObject | undefined> {
    signal?.throwIfAborted()
    return await onFiles({ operation: 'read', key }, async () => {
      const path = await this.#paths.find(checkKey(key))
      return path === undefined ? undefined : await lookAt(key, path)
    })
  }

  async read(key: string, options: ReadOptions = {}): Promise<ObjectBody> {
    options.signal?.throwIfAborted()
    return await onFiles({ operation: 'read', key }, async () => {
      const path = await this.#paths.find(checkKey(key))
      const handle = path === undefined ? undefined : await openFile(path)
      const file = await handle?.stat({ bigint: true })
      if (handle && file?.isFile()) return new DirectoryBody(handle, storedFile(key, file), options)
      await handle?.close()
      throw new AppError('storage-object-missing', `${key} is not there`, { details: { key } })
    })
  }

  async list(prefix: string, { after, limit = pageMax, signal }: ListOptions = {}): Promise<ObjectPage> {
    checkPrefix(prefix)
    return await onFiles({ operation: 'list' }, async () => {
      const folder = await this.#paths.find(`${prefix}x`)
      const objects: StoredObject[] = []
      if (folder === undefined) return { objects }
      for await (const key of walkKeys(join(folder, '..'), prefix, after)) {
        signal?.throwIfAborted()
        const last = objects.at(-1)
        if (objects.length === limit && last) return { objects, next: last.key }
        const stored = await this.head(key)
        if (stored) objects.push(stored)
      }
      return { objects }
    })
  }

  async delete(key: string, { signal }: StoreCallOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    await onFiles({ operation: 'delete', key }, async () => {
      const path = await this.#paths.find(checkKey(key))
      if (path === undefined || !(await lookAt(key, path))) return
      await unlink(path).catch(passOverMissing)
      await this.#paths.tidy(key)
    })
  }

  async listUploads(prefix: string, { signal }: StoreCallOptions = {}): Promise<PendingUpload[]> {
    signal?.throwIfAborted()
    checkPrefix(prefix)
    return await onFiles({ operation: 'list' }, () => findUploads(this.#paths, prefix))
  }

  async abortUpload({ key, id }: UploadName, { signal }: StoreCallOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    if (!uploadId.test(id)) throw new RangeError(`Not an upload: ${JSON.stringify(id)}`)
    await onFiles({ operation: 'delete', key }, () => removeUpload(this.#paths, id))
  }

  withCapabilities(capabilities: StoreCapabilities): ObjectStore {
    return new DirectoryStore(this.#paths, capabilities)
  }

  describe(): string {
    return `directory ${this.#paths.root}`
  }

  close(): void {
    // Nothing is held between calls.
  }
}

/** An object is a file: a folder of this name is none, a link is nobody's. */
async function lookAt(key: string, path: string): Promise<StoredObject | undefined> {
  try {
    const found = await lstat(path, { bigint: true })
    if (found.isSymbolicLink()) throw throughLink()
    return found.isFile() ? storedFile(key, found) : undefined
  } catch (cause) {
    return passOverMissing(cause)
  }
}

function passOverMissing(cause: unknown): undefined {
  if (reasonOf(cause) !== 'ENOENT') throw cause
}
