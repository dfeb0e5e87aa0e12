import type { Stats } from 'node:fs'
import { close, fstat, open, read } from 'node:fs'
import { promisify } from 'node:util'
import { AppError } from '#lib/errors.ts'
import { damaged } from './damage.ts'

/** A file that is read by position, never as a whole. */
export interface OpenFile extends AsyncDisposable {
  readonly sizeBytes: number
  /**
   * Fills `length` bytes of `target` from its byte `start`.
   *
   * @throws AppError `snapshot-damaged` where the file ends before, `snapshot-unreadable`; or the reason of the signal
   */
  readInto(target: Uint8Array, position: number, { start, length }: { start: number; length: number }): Promise<void>
}

const openCall = promisify(open)
const statCall = promisify<number, Stats>(fstat)
const closeCall = promisify(close)

/** @throws AppError `snapshot-unreadable`, also for what is no file, such as a pipe that never ends */
export async function openFile(path: string, signal?: AbortSignal): Promise<OpenFile> {
  signal?.throwIfAborted()
  const fd = await openCall(path, 'r').catch((error) => Promise.reject(unreadable(error)))
  const stat = await statCall(fd)
  const dispose = () => closeCall(fd)
  if (!stat.isFile()) {
    await dispose()
    throw new AppError('snapshot-unreadable', 'A snapshot is read from a file, and this is none')
  }

  const readInto: OpenFile['readInto'] = (target, position, { start, length }) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let done = 0
    // Calls with an answer cost half of what promises of the same do, and a scattered file takes hundreds of thousands.
    const readOn = () => {
      if (done === length) resolve()
      else if (signal?.aborted) reject(signal.reason)
      else read(fd, target, start + done, length - done, position + done, take)
    }
    const take = (error: Error | null, count: number) => {
      done += count
      if (error) reject(unreadable(error))
      else if (count > 0) readOn()
      else reject(damaged('truncated', 'The file ends within its data', { offset: position + done }))
    }
    readOn()
    return promise
  }
  return { sizeBytes: stat.size, readInto, [Symbol.asyncDispose]: dispose }
}

export async function readBytes(file: OpenFile, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length)
  await file.readInto(bytes, position, { start: 0, length })
  return bytes
}

function unreadable(error: unknown): AppError {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  return new AppError('snapshot-unreadable', `The snapshot file cannot be read: ${reason}`, {
    cause: error,
    details: { reason },
  })
}
