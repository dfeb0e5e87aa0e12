import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { link, lstat, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '#lib/errors.ts'
import { onFiles, reasonOf } from './directory-failure.ts'
import type { DirectoryPaths } from './directory-paths.ts'
import { syncFolder } from './directory-paths.ts'
import { storedFile } from './directory-read.ts'
import { hiddenFolder } from './object-key.ts'
import type { StoredObject, Upload } from './object-store.ts'
import { objectBytesMax } from './part-queue.ts'

const fileMode = 0o600

/** Another process may tidy an empty folder away between the making of it and its use. */
const placingsMax = 5

interface UploadFile {
  readonly paths: DirectoryPaths
  readonly key: string
  readonly id: string
  readonly file: string
  readonly handle: FileHandle
  readonly signal: AbortSignal | undefined
}

/**
 * A file of its own under `<hidden folder>/<id>/<key>`, so that whoever finds it knows what it was to become; whole, it is
 * linked to its key, which never overwrites.
 */
export class DirectoryUpload implements Upload {
  readonly key: string
  readonly id: string
  readonly #upload: UploadFile
  #sizeBytes = 0
  #isOver = false

  private constructor(upload: UploadFile) {
    this.key = upload.key
    this.id = upload.id
    this.#upload = upload
  }

  static async start(paths: DirectoryPaths, key: string, signal: AbortSignal | undefined): Promise<DirectoryUpload> {
    const id = randomUUID()
    return await onFiles({ operation: 'write', key }, async () => {
      const file = await paths.make(`${hiddenFolder}/${id}/${key}`)
      const handle = await open(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, fileMode)
      return new DirectoryUpload({ paths, key, id, file, handle, signal })
    })
  }

  async write(bytes: Uint8Array): Promise<void> {
    const { key, handle, signal } = this.#upload
    signal?.throwIfAborted()
    if (this.#sizeBytes + bytes.length > objectBytesMax) {
      const details = { key, bytesMax: objectBytesMax }
      throw new AppError('storage-refused', `${key} is longer than ${objectBytesMax} bytes`, { details })
    }
    await onFiles({ operation: 'write', key }, async () => {
      for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten
    })
    this.#sizeBytes += bytes.length
  }

  async complete({ ifAbsent }: { readonly ifAbsent: boolean }): Promise<StoredObject> {
    const { key, handle, signal } = this.#upload
    signal?.throwIfAborted()
    return await onFiles({ operation: 'write', key }, async () => {
      await handle.sync()
      await handle.close()
      const stored = await this.#place(ifAbsent)
      this.#isOver = true
      await removeUpload(this.#upload.paths, this.id)
      return stored
    })
  }

  async abort(): Promise<void> {
    if (this.#isOver) return
    const { paths, key, handle } = this.#upload
    await onFiles({ operation: 'delete', key }, async () => {
      await handle.close()
      await removeUpload(paths, this.id)
    })
    this.#isOver = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.abort().catch(() => undefined)
  }

  async #place(ifAbsent: boolean): Promise<StoredObject> {
    const { paths, key, file } = this.#upload
    for (let placings = 1; ; placings += 1) {
      try {
        const target = await paths.make(key)
        await (ifAbsent ? linkOnce(file, target, key) : rename(file, target))
        await syncFolder(dirname(target))
        return await this.#see(target)
      } catch (cause) {
        if (reasonOf(cause) !== 'ENOENT' || placings >= placingsMax) throw cause
      }
    }
  }

  async #see(target: string): Promise<StoredObject> {
    const stored = storedFile(this.key, await lstat(target, { bigint: true }))
    if (stored.sizeBytes === this.#sizeBytes) return stored
    const said = `${stored.sizeBytes} bytes instead of ${this.#sizeBytes}`
    throw new AppError('storage-bad-answer', `${this.key} has ${said}`, { details: { key: this.key, said } })
  }
}

/** Gives the file its second name, where nothing has that name. */
async function linkOnce(file: string, target: string, key: string): Promise<void> {
  try {
    await link(file, target)
  } catch (cause) {
    if (reasonOf(cause) === 'EEXIST') throw objectExists(key, cause)
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(reasonOf(cause))) throw cause
    // File systems without hard links (exFAT, some shares) are asked first, as buckets without conditional writes are.
    if (await lstat(target).catch(() => undefined)) throw objectExists(key, cause)
    await rename(file, target)
  }
}

/** Removes whatever an upload has left; one that is not there is as good as removed. */
export async function removeUpload(paths: DirectoryPaths, id: string): Promise<void> {
  await rm(join(await paths.uploads(), id), { recursive: true, force: true })
}

function objectExists(key: string, cause: unknown): AppError {
  return new AppError('storage-object-exists', `${key} is there already`, { cause, details: { key } })
}
