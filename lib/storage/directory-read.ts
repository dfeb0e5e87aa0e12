import type { BigIntStats } from 'node:fs'
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { AppError } from '#lib/errors.ts'
import { onFiles, reasonOf } from './directory-failure.ts'
import { throughLink } from './directory-paths.ts'
import type { ObjectBody, ReadOptions, StoredObject } from './object-store.ts'

const pieceBytes = 256 * 1024

/** A file as an object. Its etag changes with every writing, since each makes a file of its own. */
export function storedFile(key: string, { size, ino, mtimeNs, mtimeMs }: BigIntStats): StoredObject {
  const etag = [ino, size, mtimeNs].map((number) => number.toString(16)).join('-')
  return { key, sizeBytes: Number(size), etag, lastModified: new Date(Number(mtimeMs)) }
}

/** Opens the file of an object, never a link; undefined where there is none. */
export async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (cause) {
    if (['ENOENT', 'EISDIR'].includes(reasonOf(cause))) return
    throw reasonOf(cause) === 'ELOOP' ? throughLink() : cause
  }
}

/** The bytes of a file from `start` up to `end`. */
export class DirectoryBody implements ObjectBody {
  readonly sizeBytes: number
  readonly etag: string
  readonly #stored: StoredObject
  readonly #handle: FileHandle
  readonly #options: ReadOptions

  constructor(handle: FileHandle, stored: StoredObject, options: ReadOptions) {
    this.sizeBytes = stored.sizeBytes
    this.etag = stored.etag
    this.#stored = stored
    this.#handle = handle
    this.#options = options
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { key, sizeBytes } = this.#stored
    const { start = 0, end = sizeBytes, signal } = this.#options
    const wantedEnd = Math.min(end, sizeBytes)
    try {
      for (let at = start; at < wantedEnd; ) {
        signal?.throwIfAborted()
        const piece = Buffer.allocUnsafe(Math.min(pieceBytes, wantedEnd - at))
        const { bytesRead } = await onFiles({ operation: 'read', key }, () =>
          this.#handle.read(piece, 0, piece.length, at),
        )
        if (bytesRead === 0) throw this.#isCut(wantedEnd - at)
        yield piece.subarray(0, bytesRead)
        at += bytesRead
      }
    } finally {
      await this.#handle.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }

  #isCut(missingBytes: number): AppError {
    const said = `the bytes end ${missingBytes} too early`
    return new AppError('storage-bad-answer', `${this.#stored.key}: ${said}`, {
      details: { key: this.#stored.key, said },
    })
  }
}
