import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { full } from './spool-room.ts'

/** Parts of 32 KiB as etcd sends them would each be a call of the system. */
const blockBytes = 1024 * 1024
/** What may wait for the disk before the sender does. */
const blocksWaitingMax = 8
/** A reader may still hold what it was given last. */
const readerBuffers = 2

/**
 * A file that one side writes at its own pace while another reads along behind it: a bucket may be slower than the etcd, which
 * must not wait for it.
 */
export class GrowingFile implements AsyncDisposable {
  readonly #handle: FileHandle
  readonly #onGrowth: (bytes: number) => void
  /** On the disk. */
  #sizeBytes = 0
  #block: Buffer | undefined
  #blockBytes = 0
  /** Blocks that were written, to be filled again: memory that lives so shortly would keep the collector busy. */
  readonly #spare: Buffer[] = []
  #writing: Promise<void> = Promise.resolve()
  #waitingBlocks = 0
  #end: 'open' | 'ended' | { error: unknown } = 'open'
  #news = Promise.withResolvers<void>()

  private constructor(handle: FileHandle, onGrowth: (bytes: number) => void) {
    this.#handle = handle
    this.#onGrowth = onGrowth
  }

  /** @param onGrowth is told of bytes before they are written; what it throws refuses them */
  static async create(path: string, onGrowth: (bytes: number) => void = () => undefined): Promise<GrowingFile> {
    return new GrowingFile(await open(path, 'wx+', 0o600), onGrowth)
  }

  /** What can be read by now. */
  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** Takes bytes, which are copied; what it gives is to be waited for, and there only where the disk is behind. */
  append(bytes: Buffer): Promise<void> | undefined {
    for (let at = 0; at < bytes.length; ) {
      this.#block ??= this.#spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes)
      const taken = bytes.copy(this.#block, this.#blockBytes, at)
      this.#blockBytes += taken
      at += taken
      if (this.#blockBytes === blockBytes) this.#writeBlock()
    }
    return this.#waitingBlocks >= blocksWaitingMax ? this.#writing : undefined
  }

  /** Nothing comes any more: readers end where the file ends. */
  async end(): Promise<void> {
    this.#writeBlock()
    await this.#writing
    this.#settle('ended')
  }

  /** Nothing comes any more that could be used: readers fail. */
  fail(error: unknown): void {
    this.#settle({ error })
  }

  /**
   * Everything from the first byte to the last, as it arrives; several may read, each at its own pace. What was given is written
   * over by the one after the next.
   */
  async *read(signal: AbortSignal): AsyncGenerator<Buffer> {
    const buffers = Array.from({ length: readerBuffers }, () => Buffer.allocUnsafeSlow(blockBytes))
    for (let at = 0, turn = 0; ; ) {
      signal.throwIfAborted()
      const news = this.#news.promise
      if (typeof this.#end === 'object') throw this.#end.error
      if (at < this.#sizeBytes) {
        const wanted = Math.min(blockBytes, this.#sizeBytes - at)
        const buffer = buffers[turn] ?? Buffer.allocUnsafeSlow(blockBytes)
        const { bytesRead } = await this.#handle.read(buffer, 0, wanted, at)
        at += bytesRead
        turn = (turn + 1) % readerBuffers
        yield buffer.subarray(0, bytesRead)
      } else if (this.#end === 'ended') return
      else await untilEither(news, signal)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.fail(new Error('the file was given up'))
    await this.#writing.catch(() => undefined)
    await this.#handle.close()
  }

  #writeBlock(): void {
    const block = this.#block
    const bytes = this.#blockBytes
    if (!block || bytes === 0) return
    this.#block = undefined
    this.#blockBytes = 0
    this.#onGrowth(bytes)
    this.#waitingBlocks += 1
    this.#writing = this.#writing.then(async () => {
      const { bytesWritten } = await this.#handle.write(block, 0, bytes, this.#sizeBytes).catch(explain)
      // As one that is about to be full does.
      if (bytesWritten !== bytes) throw full('disk', `The disk of the spool took ${bytesWritten} of ${bytes} bytes`)
      this.#sizeBytes += bytes
      this.#waitingBlocks -= 1
      this.#spare.push(block)
      this.#tell()
    })
    // Whoever waits next is told; nobody may ever wait.
    this.#writing.catch((error: unknown) => this.fail(error))
  }

  #settle(end: 'ended' | { error: unknown }): void {
    if (this.#end !== 'open') return
    this.#end = end
    this.#tell()
  }

  #tell(): void {
    const { resolve } = this.#news
    this.#news = Promise.withResolvers<void>()
    resolve()
  }
}

/** Others may fill the disk after it was looked at. @throws AppError `spool-full` */
function explain(cause: unknown): never {
  const reason = cause instanceof Error ? Reflect.get(cause, 'code') : undefined
  if (reason === 'ENOSPC' || reason === 'EDQUOT') throw full('disk', `The disk of the spool is full: ${reason}`)
  throw cause
}

async function untilEither(news: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const wake = () => resolve()
  signal.addEventListener('abort', wake, { once: true })
  try {
    await Promise.race([news, promise])
  } finally {
    signal.removeEventListener('abort', wake)
  }
}
